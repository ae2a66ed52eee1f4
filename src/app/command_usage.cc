#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/human.h"
#include "app/key_flags.h"
#include "app/output.h"

namespace weir {
namespace {

namespace json = boost::json;

struct LogFlags {
  std::string key;
  std::string user;
  std::string endpoint;
  std::string method;
  std::string status;
  std::string from;
  std::string to;
  std::string cursor;
  unsigned limit = 50;
};

double seconds_of(const json::object& call, std::string_view name) {
  const json::value* value = call.if_contains(name);
  if (value == nullptr || !value->is_number()) return 0;
  return value->to_number<double>();
}

void print_calls(const json::value& list) {
  Table table({{"TIME (UTC)"},
               {"STATUS", Align::kRight},
               {"METHOD"},
               {"PATH", Align::kLeft, 12},
               {"KEY", Align::kRight},
               {"USER", Align::kRight},
               {"OUTCOME", Align::kLeft, 9},
               {"TOOK", Align::kRight},
               {"SOURCE", Align::kLeft, 9}});
  for (const auto& call : items_of(list)) {
    table.add({plain_time(text_of(call, "created_at")), text_of(call, "status_code"), text_of(call, "method"),
               text_of(call, "path"), text_of(call, "api_key_id"), text_of(call, "user_id"),
               text_of(call, "outcome"), human_seconds(seconds_of(call, "response_time")),
               text_of(call, "source")});
  }
  print(table);
}

Result<std::string> query_of(const LogFlags& flags, AdminClient& client) {
  const UtcTime now = SystemClock().utc();
  std::string path = fmt::format("/usage?limit={}", flags.limit);
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) path += fmt::format("&{}={}", name, percent_encode(value));
  };
  add("key_id", flags.key);
  if (!flags.user.empty()) {
    WEIR_TRY_ASSIGN(user, resolve_user(client, flags.user));
    add("user_id", user);
  }
  add("endpoint", flags.endpoint);
  add("method", flags.method);
  add("status", flags.status);
  for (const auto& [name, value] : {std::pair("from", flags.from), std::pair("to", flags.to)}) {
    if (value.empty()) continue;
    WEIR_TRY_ASSIGN(time, parse_time_flag(value, now, true));
    add(name, time);
  }
  add("cursor", flags.cursor);
  return path;
}

}  // namespace

void add_usage_commands(CLI::App& app, Commands& commands) {
  CLI::App& group = add_group(app, "usage", "What was called, by whom, and what became of it");
  add_watch_command(group, commands);
  auto flags = std::make_shared<LogFlags>();
  auto& command = add_client_command(
      group, commands, "log", "List calls, newest first",
      "weir usage log\nweir usage log --key 7 --from 1h\nweir usage log --status 429 --user alice --json\n"
      "weir usage log --status 5xx --from 2026-11-23T10:00:00Z --to 2026-11-23T11:00:00Z",
      [flags](AdminClient& client, bool as_json) -> Result<void> {
        WEIR_TRY_ASSIGN(path, query_of(*flags, client));
        WEIR_TRY_ASSIGN(list, client.get(path));
        if (as_json)
          print_json(list);
        else if (items_of(list).empty())
          print("There are no such calls.\n");
        else
          print_calls(list);
        if (!as_json) print_more(list);
        return {};
      });
  command.add_option("--key", flags->key, "Of this key, by id")->type_name("ID");
  command.add_option("--user", flags->user, "Of this owner's keys: a name or an id")->type_name("USER");
  command.add_option("--endpoint", flags->endpoint, "Of this endpoint")->type_name("PATH");
  command.add_option("--method", flags->method, "With this method")->type_name("METHOD");
  command.add_option("--status", flags->status, "With this status: 429, or 4xx")->type_name("STATUS");
  command.add_option("--from", flags->from, "Not before: a time, or 1h for an hour ago")->type_name("WHEN");
  command.add_option("--to", flags->to, "Before: a time, or 1h for an hour ago")->type_name("WHEN");
  command.add_option("--limit", flags->limit, "At most so many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command.add_option("--cursor", flags->cursor, "Go on where a list ended")->type_name("CURSOR");
}

}  // namespace weir
