// weir alerts settings: thresholds, exceptions and escalation in force, changed from a file or one at a time.
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

void print_settings(const json::object& settings) {
  const std::string by = text_of(settings, "changed_by");
  if (by.empty())
    print("In force: the configuration's.\n\n");
  else
    print(fmt::format("In force: version {}, by {} at {}.\n\n", text_of(settings, "version"),
                      printable(by, 100), plain_time(text_of(settings, "changed_at"))));
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
  for (const char* section : {"overrides", "escalation"}) {
    const json::value* list = settings.if_contains(section);
    if (list == nullptr || !list->is_array() || list->get_array().empty()) continue;
    print(fmt::format("\n{}:\n", section));
    for (const auto& item : list->get_array()) print(fmt::format("  {}\n", printable(json::serialize(item))));
  }
}

void add_set(CLI::App& group, Commands& commands) {
  auto file = std::make_shared<std::string>();
  auto& command =
      add_client_command(group, commands, "set",
                         "Replace settings by those of a file; a section that is not in it stays as it is",
                         "weir alerts settings show --json > alerts.json; $EDITOR alerts.json\n"
                         "weir alerts settings set alerts.json\n"
                         "Settings set here win over the section `alerts` of the configuration file.",
                         [file](AdminClient& client, bool as_json) -> Result<void> {
                           WEIR_TRY_ASSIGN(body, read_settings_file(*file));
                           if (auto* fields = body.if_object()) {
                             fields->erase("changed_at");
                             fields->erase("changed_by");
                           }
                           WEIR_TRY_ASSIGN(answer, client.send("PUT", "/alerts/settings", body));
                           if (as_json)
                             print_json(answer);
                           else
                             print_settings(object_of(answer));
                           return {};
                         });
  command.add_option("file", *file, "JSON or YAML; - for standard input")->required()->type_name("FILE");
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
                       Table table({{"VERSION", Align::kRight}, {"WHEN"}, {"WHO"}});
                       for (const auto& version : items_of(list)) {
                         table.add({text_of(version, "version"), plain_time(text_of(version, "changed_at")),
                                    text_of(version, "changed_by")});
                       }
                       print(table);
                       return {};
                     });
}

}  // namespace

void add_alert_settings_commands(CLI::App& alerts, Commands& commands) {
  CLI::App& group = add_group(alerts, "settings", "Thresholds, exceptions and escalation");
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
