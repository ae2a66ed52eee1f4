#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/human.h"
#include "app/key_flags.h"
#include "app/output.h"

namespace weir {
namespace {

namespace json = boost::json;

struct AuditFlags {
  std::string actor;
  std::string action;
  std::string subject;
  std::string from;
  std::string to;
  std::string cursor;
  unsigned limit = 50;
};

/// "name: a → b, plan: none → partner".
std::string change_of(const json::object& entry) {
  const auto side = [&](std::string_view name) {
    const auto* value = entry.if_contains(name);
    return value != nullptr && value->is_object() ? value->get_object() : json::object();
  };
  const auto before = side("before");
  const auto after = side("after");
  std::string out;
  const auto add = [&](std::string_view name, const json::value* from, const json::value* to) {
    out += fmt::format(
        "{}{}: {}{}{}", out.empty() ? "" : ", ", name, from == nullptr ? "" : json::serialize(*from),
        from != nullptr && to != nullptr ? " → " : "", to == nullptr ? "" : json::serialize(*to));
  };
  for (const auto& field : before) add(field.key(), &field.value(), after.if_contains(field.key()));
  for (const auto& field : after) {
    if (!before.contains(field.key())) add(field.key(), nullptr, &field.value());
  }
  return out;
}

void print_entries(const json::value& list) {
  Table table({{"TIME (UTC)"},
               {"WHO", Align::kLeft, 8},
               {"VIA"},
               {"SOURCE", Align::kLeft, 9},
               {"ACTION"},
               {"SUBJECT", Align::kLeft, 6},
               {"CHANGE", Align::kLeft, 12}});
  for (const auto& entry : items_of(list)) {
    const auto actor = text_of(entry, "actor");
    const auto id = text_of(entry, "subject_id");
    table.add({plain_time(text_of(entry, "created_at")), actor.empty() ? "-" : actor, text_of(entry, "via"),
               text_of(entry, "source"), text_of(entry, "action"), id.empty() ? "-" : id, change_of(entry)});
  }
  print(table);
}

Result<std::string> query_of(const AuditFlags& flags) {
  const UtcTime now = SystemClock().utc();
  std::string path = fmt::format("/audit?limit={}", flags.limit);
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) path += fmt::format("&{}={}", name, percent_encode(value));
  };
  add("actor", flags.actor);
  add("action", flags.action);
  add("subject", flags.subject);
  for (const auto& [name, value] : {std::pair("from", flags.from), std::pair("to", flags.to)}) {
    if (value.empty()) continue;
    WEIR_TRY_ASSIGN(time, parse_time_flag(value, now, true));
    add(name, time);
  }
  add("cursor", flags.cursor);
  return path;
}

}  // namespace

void add_audit_command(CLI::App& app, Commands& commands) {
  auto flags = std::make_shared<AuditFlags>();
  auto& command =
      add_client_command(app, commands, "audit", "List what was changed and by whom, newest first",
                         "weir audit\nweir audit --subject key:7\nweir audit --actor deploy --from 1d\n"
                         "weir audit --action key.delete --json",
                         [flags](AdminClient& client, bool as_json) -> Result<void> {
                           WEIR_TRY_ASSIGN(path, query_of(*flags));
                           WEIR_TRY_ASSIGN(list, client.get(path));
                           if (as_json)
                             print_json(list);
                           else if (items_of(list).empty())
                             print("There are no such entries.\n");
                           else
                             print_entries(list);
                           if (!as_json) print_more(list);
                           return {};
                         });
  command.add_option("--actor", flags->actor, "By this token: its name")->type_name("NAME");
  command.add_option("--action", flags->action, "This action: key.update, token.create, …")
      ->type_name("ACTION");
  command.add_option("--subject", flags->subject, "To these: key, or key:7")->type_name("TYPE[:ID]");
  command.add_option("--from", flags->from, "Not before: a time, or 1h for an hour ago")->type_name("WHEN");
  command.add_option("--to", flags->to, "Before: a time, or 1h for an hour ago")->type_name("WHEN");
  command.add_option("--limit", flags->limit, "At most so many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command.add_option("--cursor", flags->cursor, "Go on where a list ended")->type_name("CURSOR");
}

}  // namespace weir
