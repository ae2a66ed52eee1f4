#include "app/usage_flags.h"

#include <utility>

#include <fmt/format.h>

#include "app/command.h"
#include "app/key_flags.h"

namespace weir {

void add_usage_flags(CLI::App& command, UsageFlags& flags) {
  command.add_option("--key", flags.key, "Of this key, by id")->type_name("ID");
  command.add_option("--user", flags.user, "Of this owner's keys: a name or an id")->type_name("USER");
  command.add_option("--endpoint", flags.endpoint, "Of this endpoint")->type_name("PATH");
  command.add_option("--method", flags.method, "With this method")->type_name("METHOD");
  command.add_option("--status", flags.status, "With this status: 429, or 4xx")->type_name("STATUS");
  command.add_option("--from", flags.from, "Not before: a time, or 1h for an hour ago")->type_name("WHEN");
  command.add_option("--to", flags.to, "Before: a time, or 1h for an hour ago")->type_name("WHEN");
}

std::string query_part(std::string_view name, std::string_view value) {
  return value.empty() ? std::string() : fmt::format("&{}={}", name, percent_encode(value));
}

Result<std::string> usage_query(const UsageFlags& flags, AdminClient& client, UtcTime now) {
  std::string query = query_part("key_id", flags.key);
  if (!flags.user.empty()) {
    WEIR_TRY_ASSIGN(user, resolve_user(client, flags.user));
    query += query_part("user_id", user);
  }
  query += query_part("endpoint", flags.endpoint);
  query += query_part("method", flags.method);
  query += query_part("status", flags.status);
  for (const auto& [name, value] : {std::pair("from", flags.from), std::pair("to", flags.to)}) {
    if (value.empty()) continue;
    WEIR_TRY_ASSIGN(time, parse_time_flag(value, now, true));
    query += query_part(name, time);
  }
  return query;
}

}  // namespace weir
