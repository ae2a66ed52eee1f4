// The flags that commands about usage share: of whose calls, of when.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "app/admin_client.h"
#include "base/clock.h"
#include "base/result.h"

namespace weir {

struct UsageFlags {
  std::string key;
  std::string user;
  std::string endpoint;
  std::string method;
  std::string status;
  std::string from;
  std::string to;
};

/// Declares them; `flags` outlives the command.
void add_usage_flags(CLI::App& command, UsageFlags& flags);

/// "&key_id=7&from=…" for what is set: behind a query that has begun. Looks a user's name up.
[[nodiscard]] Result<std::string> usage_query(const UsageFlags& flags, AdminClient& client, UtcTime now);

/// "&name=value", or nothing for an empty value.
[[nodiscard]] std::string query_part(std::string_view name, std::string_view value);

}  // namespace weir
