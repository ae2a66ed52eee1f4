// weir alerts settings: thresholds, exceptions, escalation and channels in force, changed from a file.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/human.h"
#include "app/output.h"
#include "app/settings_file.h"

namespace weir {
namespace {

namespace json = boost::json;

json::object object_of(const json::value& value) {
  return value.is_object() ? value.get_object() : json::object();
}

std::string rule_text(const json::object& rule, std::string_view name) {
  const std::string text = text_of(rule, name);
  return text.empty() ? "-" : text;
}

void print_source(const json::object& settings) {
  const std::string by = text_of(settings, "changed_by");
  if (by.empty()) {
    print("In force: the configuration's.\n\n");
    return;
  }
  print(fmt::format("In force: version {}, by {} at {}", text_of(settings, "version"), printable(by, 100),
                    plain_time(text_of(settings, "changed_at"))));
  if (text_of(settings, "source") == "configuration")
    print(": the configuration's again");
  else if (text_of(settings, "notify_source") == "configuration")
    print("; channels, routes, quiet hours, grouping and digest are the configuration's");
  print(".\n\n");
}

void print_channels(const json::object& settings) {
  Table table({{"CHANNEL"}, {"TYPE"}, {"TO"}});
  const json::value* channels = settings.if_contains("channels");
  if (channels == nullptr || !channels->is_array() || channels->get_array().empty()) return;
  for (const auto& value : channels->get_array()) {
    const json::object channel = object_of(value);
    const std::string url = text_of(channel, "url");
    table.add({text_of(channel, "name"), text_of(channel, "type"),
               url.empty() ? text_of(channel, "smtp_host") : printable(url, 100)});
  }
  print("\n");
  print(table);
}

void print_settings(const json::object& settings) {
  print_source(settings);
  Table table({{"TYPE"},
               {"WARNING", Align::kRight},
               {"CRITICAL", Align::kRight},
               {"WINDOW", Align::kRight},
               {"MIN CALLS", Align::kRight},
               {"FOR", Align::kRight},
               {"RESOLVES AFTER", Align::kRight}});
  const json::value* thresholds = settings.if_contains("thresholds");
  if (thresholds != nullptr) {
    for (const auto& [type, value] : object_of(*thresholds)) {
      const json::object rule = object_of(value);
      const bool enabled = flag_of(rule, "enabled", true);
      table.add({std::string(type) + (enabled ? "" : " (off)"), rule_text(rule, "warning"),
                 rule_text(rule, "critical"), text_of(rule, "window_seconds") + " s",
                 text_of(rule, "minimum_calls"), text_of(rule, "for_seconds") + " s",
                 text_of(rule, "resolve_after_seconds") + " s"});
    }
  }
  print(table);
  print_channels(settings);
  for (const char* section : {"overrides", "escalation", "routes"}) {
    const json::value* list = settings.if_contains(section);
    if (list == nullptr || !list->is_array() || list->get_array().empty()) continue;
    print(fmt::format("\n{}:\n", section));
    for (const auto& item : list->get_array()) print(fmt::format("  {}\n", printable(json::serialize(item))));
  }
  for (const char* section : {"quiet_hours", "grouping", "digest"}) {
    const json::value* item = settings.if_contains(section);
    if (item != nullptr && item->is_object())
      print(fmt::format("\n{}: {}\n", section, printable(json::serialize(*item))));
  }
}

/// A file's settings; what only answers have may be in it.
Result<json::value> read_wanted(const std::string& file) {
  WEIR_TRY_ASSIGN(body, read_settings_file(file));
  if (auto* fields = body.if_object()) {
    for (const char* name : {"changed_at", "changed_by", "source", "notify_source"}) fields->erase(name);
  }
  return body;
}

void add_set(CLI::App& group, Commands& commands) {
  auto file = std::make_shared<std::string>();
  auto reset = std::make_shared<bool>(false);
  auto& command =
      add_client_command(group, commands, "set",
                         "Replace settings by those of a file; a section that is not in it stays as it is",
                         "weir alerts settings show --json > alerts.json; $EDITOR alerts.json\n"
                         "weir alerts settings set alerts.json\n"
                         "A secret shown as *** stays as it is. Settings set here win over the sections "
                         "`alerts` and, once one of "
                         "its parts\nis set here, `notify` of the configuration file until --reset.",
                         [file, reset](AdminClient& client, bool as_json) -> Result<void> {
                           if (*reset != file->empty())
                             return fail(ErrorCode::kInvalid, "either a file or --reset says what to set");
                           json::value answer;
                           if (*reset) {
                             WEIR_TRY_ASSIGN(configured, client.remove("/alerts/settings"));
                             answer = std::move(configured);
                           } else {
                             WEIR_TRY_ASSIGN(body, read_wanted(*file));
                             WEIR_TRY_ASSIGN(now, client.send("PUT", "/alerts/settings", body));
                             answer = std::move(now);
                           }
                           if (as_json)
                             print_json(answer);
                           else
                             print_settings(object_of(answer));
                           return {};
                         });
  command.add_option("file", *file, "JSON or YAML; - for standard input")->type_name("FILE");
  command.add_flag("--reset", *reset, "Back to the settings of the configuration file");
}

std::string what_was_set(const json::object& version) {
  if (text_of(version, "source") == "configuration") return "back to the configuration's";
  return text_of(version, "notify_source") == "api" ? "alerts and notifications" : "alerts";
}

void add_versions(CLI::App& group, Commands& commands) {
  add_client_command(group, commands, "versions", "List who set what when, newest first",
                     "weir alerts settings versions", [](AdminClient& client, bool as_json) -> Result<void> {
                       WEIR_TRY_ASSIGN(list, client.get("/alerts/settings/versions"));
                       if (as_json) {
                         print_json(list);
                         return {};
                       }
                       if (items_of(list).empty()) {
                         print("Nobody changed them: the configuration's are in force.\n");
                         return {};
                       }
                       Table table({{"VERSION", Align::kRight}, {"WHEN"}, {"WHO"}, {"WHAT"}});
                       for (const auto& version : items_of(list)) {
                         table.add({text_of(version, "version"), plain_time(text_of(version, "changed_at")),
                                    text_of(version, "changed_by"), what_was_set(version)});
                       }
                       print(table);
                       return {};
                     });
}

}  // namespace

void add_alert_settings_commands(CLI::App& alerts, Commands& commands) {
  CLI::App& group = add_group(alerts, "settings", "Thresholds, exceptions, escalation, and who is told");
  add_client_command(group, commands, "show", "Show the settings in force",
                     "weir alerts settings show\nweir alerts settings show --json",
                     [](AdminClient& client, bool as_json) -> Result<void> {
                       WEIR_TRY_ASSIGN(settings, client.get("/alerts/settings"));
                       if (as_json)
                         print_json(settings);
                       else
                         print_settings(object_of(settings));
                       return {};
                     });
  add_set(group, commands);
  add_versions(group, commands);
}

}  // namespace weir
