// The flags that commands making a report share: of when, in which format, where to.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "app/admin_client.h"
#include "base/result.h"

namespace weir {

struct ReportFlags {
  std::string from;
  std::string to;
  std::string format = "html";
  std::string output;
};

/// Declares them; `flags` outlives the command. What is between the times is what `after` and `before` say:
/// "Not before", "Before".
void add_report_flags(CLI::App& command, ReportFlags& flags, const std::string& after,
                      const std::string& before);

/// Fetches the report at `path`, and writes it where the flags say.
[[nodiscard]] Result<void> make_report(const ReportFlags& flags, AdminClient& client, bool as_json,
                                       const std::string& path);

}  // namespace weir
