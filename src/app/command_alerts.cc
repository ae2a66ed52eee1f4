// weir alerts: what is firing and what was, and what people do about it.
#include <algorithm>
#include <charconv>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/human.h"
#include "app/output.h"
#include "base/quantity.h"

namespace weir {
namespace {

namespace json = boost::json;

struct ListFlags {
  std::string type;
  std::string severity;
  std::string state;
  std::string endpoint;
  std::string source;
  std::string from;
  std::string to;
  std::string cursor;
  std::uint32_t key = 0;
  unsigned limit = 50;
};

struct ActionFlags {
  std::uint32_t id = 0;
  std::string comment;
  std::string duration;
  bool undo = false;
};

json::object object_of(const json::value& value) {
  return value.is_object() ? value.get_object() : json::object();
}

std::string subject_name(const json::object& alert) {
  const json::value* subject = alert.if_contains("subject");
  return subject == nullptr ? "" : text_of(object_of(*subject), "name");
}

void print_alerts(const json::value& list) {
  const UtcTime now = SystemClock().utc();
  Table table(
      {{"ID", Align::kRight}, {"SEVERITY"}, {"STATE"}, {"TYPE"}, {"SINCE"}, {"WHAT", Align::kLeft, 20}});
  for (const auto& alert : items_of(list)) {
    const std::string state =
        text_of(alert, "state") + (flag_of(alert, "silenced", false) ? " (silenced)" : "");
    table.add({text_of(alert, "id"), text_of(alert, "severity"), state, text_of(alert, "type"),
               human_time(text_of(alert, "started_at"), now, ""), text_of(alert, "title")});
  }
  print(table);
}

std::string list_path(const char* base, const ListFlags& flags) {
  std::string path = fmt::format("{}?limit={}", base, flags.limit);
  if (flags.key != 0) path += fmt::format("&key_id={}", flags.key);
  for (const auto& [name, value] :
       {std::pair("type", flags.type), std::pair("severity", flags.severity), std::pair("state", flags.state),
        std::pair("endpoint", flags.endpoint), std::pair("source", flags.source),
        std::pair("from", flags.from), std::pair("to", flags.to), std::pair("cursor", flags.cursor)}) {
    if (!value.empty()) path += fmt::format("&{}={}", name, percent_encode(value));
  }
  return path;
}

void add_list(CLI::App& group, Commands& commands, const char* name, const char* path, const char* what,
              const char* examples, const char* none) {
  auto flags = std::make_shared<ListFlags>();
  auto& command = add_client_command(group, commands, name, what, examples,
                                     [flags, path, none](AdminClient& client, bool as_json) -> Result<void> {
                                       WEIR_TRY_ASSIGN(list, client.get(list_path(path, *flags)));
                                       if (as_json) {
                                         print_json(list);
                                         return {};
                                       }
                                       if (items_of(list).empty())
                                         print(none);
                                       else
                                         print_alerts(list);
                                       print_more(list);
                                       return {};
                                     });
  command.add_option("--type", flags->type, "Of this type: response_time, error_rate, …")->type_name("TYPE");
  command.add_option("--severity", flags->severity, "warning or critical")
      ->check(CLI::IsMember({"warning", "critical"}));
  command.add_option("--state", flags->state, "firing, acknowledged or resolved")
      ->check(CLI::IsMember({"firing", "acknowledged", "resolved"}));
  command.add_option("--key", flags->key, "About this key")->type_name("ID");
  command.add_option("--endpoint", flags->endpoint, "About this endpoint")->type_name("TEMPLATE");
  command.add_option("--source", flags->source, "About this source")->type_name("ADDRESS");
  command.add_option("--from", flags->from, "Fired at or after: a time, or -24h")->type_name("TIME");
  command.add_option("--to", flags->to, "Fired before: a time, now, or -1h")->type_name("TIME");
  command.add_option("--limit", flags->limit, "At most so many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command.add_option("--cursor", flags->cursor, "Go on where a list ended")->type_name("CURSOR");
}

void print_events(const json::object& alert) {
  Table table({{"WHEN"}, {"WHAT"}, {"WHO"}, {"COMMENT", Align::kLeft, 20}});
  const json::value none;
  const json::value* events = alert.if_contains("events");
  if (events == nullptr || !events->is_array()) return;
  for (const auto& event : events->get_array()) {
    const json::object one = object_of(event);
    const std::string by = text_of(one, "by");
    table.add({plain_time(text_of(one, "at")), text_of(one, "kind"), by.empty() ? "weir" : by,
               text_of(one, "text")});
  }
  print("\n");
  print(table);
}

void print_calls(const json::object& alert) {
  const json::value* calls = alert.if_contains("calls_behind");
  if (calls == nullptr || !calls->is_array() || calls->get_array().empty()) return;
  Table table({{"WHEN"},
               {"KEY", Align::kRight},
               {"METHOD"},
               {"PATH", Align::kLeft, 16},
               {"STATUS", Align::kRight},
               {"SECONDS", Align::kRight},
               {"SOURCE"}});
  for (const auto& call : calls->get_array()) {
    const json::object one = object_of(call);
    table.add({plain_time(text_of(one, "created_at")), text_of(one, "api_key_id"), text_of(one, "method"),
               text_of(one, "path"), text_of(one, "status_code"), text_of(one, "response_time"),
               text_of(one, "source")});
  }
  print("\nThe newest calls behind it:\n\n");
  print(table);
}

void print_alert(const json::object& alert) {
  print(fmt::format("{}\n\n", printable(text_of(alert, "title"))));
  const auto line = [](const char* name, const std::string& value) {
    if (!value.empty()) print(fmt::format("{:<14}{}\n", name, printable(value)));
  };
  line("Alert", text_of(alert, "id"));
  line("Type", text_of(alert, "type"));
  line("Severity", text_of(alert, "severity"));
  line("State", text_of(alert, "state") + (flag_of(alert, "silenced", false) ? ", silenced" : "") +
                    (flag_of(alert, "false_positive", false) ? ", marked as false" : ""));
  line("Subject", subject_name(alert));
  const std::string unit = text_of(alert, "unit");
  line("Value", fmt::format("{} {} (threshold {}, worst {})", text_of(alert, "value"), unit,
                            text_of(alert, "threshold"), text_of(alert, "worst")));
  line("Window", fmt::format("{} calls in {} s", text_of(alert, "calls"), text_of(alert, "window_seconds")));
  if (text_of(alert, "baseline_kind") != "none") {
    line("Baseline",
         fmt::format("{} calls a minute ({})", text_of(alert, "baseline"), text_of(alert, "baseline_kind")));
  }
  line("Since", plain_time(text_of(alert, "started_at")));
  line("Last seen", plain_time(text_of(alert, "last_seen")));
  line("Resolved", text_of(alert, "resolved_at").empty() ? "" : plain_time(text_of(alert, "resolved_at")));
  line("Runbook", text_of(alert, "runbook"));
  print_events(alert);
  print_calls(alert);
}

void add_show(CLI::App& group, Commands& commands) {
  auto id = std::make_shared<std::uint32_t>();
  auto& command =
      add_client_command(group, commands, "show", "Show one alert: its numbers, its history, its calls",
                         "weir alerts show 7", [id](AdminClient& client, bool as_json) -> Result<void> {
                           WEIR_TRY_ASSIGN(alert, client.get(fmt::format("/alerts/{}", *id)));
                           if (as_json)
                             print_json(alert);
                           else
                             print_alert(object_of(alert));
                           return {};
                         });
  command.add_option("id", *id, "The alert's id")->required()->type_name("ID");
}

/// A command that posts to one alert and says in one line what became of it.
CLI::App& add_action(CLI::App& group, Commands& commands, const char* name, const char* path,
                     const char* description, const char* examples, const std::shared_ptr<ActionFlags>& flags,
                     const std::function<Result<void>(json::object&)>& fill) {
  auto& command = add_client_command(
      group, commands, name, description, examples,
      [flags, path, fill](AdminClient& client, bool as_json) -> Result<void> {
        json::object body;
        if (!flags->comment.empty()) body["comment"] = flags->comment;
        if (fill) WEIR_TRY(fill(body));
        WEIR_TRY_ASSIGN(answer, client.send("POST", fmt::format("/alerts/{}/{}", flags->id, path), body));
        if (as_json) {
          print_json(answer);
          return {};
        }
        const json::object alert = object_of(answer);
        print(fmt::format("Alert {} is {}: {}\n", flags->id, text_of(alert, "state"),
                          printable(text_of(alert, "title"), 200)));
        return {};
      });
  command.add_option("id", flags->id, "The alert's id")->required()->type_name("ID");
  command.add_option("--comment,-m", flags->comment, "What there is to say about it")->type_name("TEXT");
  return command;
}

void add_actions(CLI::App& group, Commands& commands) {
  auto ack = std::make_shared<ActionFlags>();
  add_action(group, commands, "ack", "acknowledge", "Take care of an alert: no repeats, no escalation",
             "weir alerts ack 7 -m 'looking into it'\nweir alerts ack 7 --for 4h", ack,
             [ack](json::object& body) -> Result<void> {
               if (ack->duration.empty()) return {};
               WEIR_TRY_ASSIGN(time, parse_duration(ack->duration));
               body["until"] = to_rfc3339(SystemClock().utc() + time);
               return {};
             })
      .add_option("--for", ack->duration, "For so long; then it fires again")
      ->type_name("TIME");
  add_action(group, commands, "resolve", "resolve",
             "Say that an alert is over; it fires again if its condition goes on for an hour, or worsens",
             "weir alerts resolve 7 -m 'deployed the fix'", std::make_shared<ActionFlags>(), {});
  add_action(group, commands, "comment", "comment", "Comment an alert, also a resolved one",
             "weir alerts comment 7 -m 'the batch job again'", std::make_shared<ActionFlags>(), {});
  auto mark = std::make_shared<ActionFlags>();
  add_action(group, commands, "false-positive", "false-positive",
             "Mark an alert as a false one: `weir alerts report` advises on thresholds by these",
             "weir alerts false-positive 7 -m 'load test'\nweir alerts false-positive 7 --undo", mark,
             [mark](json::object& body) -> Result<void> {
               body["false_positive"] = !mark->undo;
               return {};
             })
      .add_flag("--undo", mark->undo, "It was none");
}

void add_key_action(CLI::App& group, Commands& commands, const char* name, const char* description,
                    const char* examples, const std::function<Result<json::object>()>& body_of,
                    const std::shared_ptr<std::uint32_t>& id, CLI::App** made = nullptr) {
  auto& command = add_client_command(
      group, commands, name, description, examples,
      [name, id, body_of](AdminClient& client, bool as_json) -> Result<void> {
        WEIR_TRY_ASSIGN(body, body_of());
        WEIR_TRY_ASSIGN(answer, client.send("POST", fmt::format("/alerts/{}/{}", *id, name), body));
        if (as_json) {
          print_json(answer);
          return {};
        }
        const json::object change = object_of(answer);
        const json::value* key = change.if_contains("key");
        const json::object shown = key == nullptr ? json::object() : object_of(*key);
        print(fmt::format("Key {} ({}): {}\n", text_of(shown, "id"), printable(text_of(shown, "name"), 100),
                          text_of(shown, "key")));
        return {};
      });
  command.add_option("id", *id, "The alert's id")->required()->type_name("ID");
  if (made != nullptr) *made = &command;
}

void add_key_actions(CLI::App& group, Commands& commands) {
  const auto nothing = []() -> Result<json::object> { return json::object(); };
  add_key_action(group, commands, "deactivate-key", "Deactivate the key an alert is about",
                 "weir alerts deactivate-key 7", nothing, std::make_shared<std::uint32_t>());
  add_key_action(group, commands, "rotate-key",
                 "Give the key an alert is about a new secret; the old one works for another day",
                 "weir alerts rotate-key 7", nothing, std::make_shared<std::uint32_t>());
  auto limits = std::make_shared<std::vector<std::string>>();
  CLI::App* throttle = nullptr;
  add_key_action(
      group, commands, "throttle-key", "Give the key an alert is about limits of its own",
      "weir alerts throttle-key 7 --limit minute=10",
      [limits]() -> Result<json::object> {
        json::object windows;
        for (const std::string& limit : *limits) {
          const auto at = limit.find('=');
          std::uint32_t count = 0;
          const char* const end = limit.data() + limit.size();
          const auto read = std::from_chars(limit.data() + std::min(at, limit.size() - 1) + 1, end, count);
          if (at == std::string::npos || read.ec != std::errc{} || read.ptr != end)
            return fail(ErrorCode::kInvalid, fmt::format("--limit: is like minute=10, not '{}'", limit));
          windows[limit.substr(0, at)] = count;
        }
        return json::object{{"limits", std::move(windows)}};
      },
      std::make_shared<std::uint32_t>(), &throttle);
  throttle->add_option("--limit", *limits, "The limit of a window")
      ->type_name("W=N")
      ->required()
      ->allow_extra_args(false);
}

}  // namespace

void add_alerts_commands(CLI::App& app, Commands& commands) {
  CLI::App& group = add_group(app, "alerts", "What is wrong, what people do about it, and who is told");
  add_list(group, commands, "list", "/alerts", "List alerts that are not resolved, newest first",
           "weir alerts list\nweir alerts list --severity critical --json\nweir alerts list --key 7",
           "Nothing is firing.\n");
  add_show(group, commands);
  add_actions(group, commands);
  add_list(group, commands, "history", "/alerts/history", "List all alerts, resolved ones too, newest first",
           "weir alerts history --from -7d\nweir alerts history --type error_rate --endpoint /v1/orders",
           "There are no such alerts.\n");
  add_silence_commands(group, commands);
  add_alert_settings_commands(group, commands);
  add_alert_replay_command(group, commands);
  add_alert_report_command(group, commands);
  add_alert_digest_command(group, commands);
  add_key_actions(group, commands);
  add_test_channel_command(group, commands);
}

}  // namespace weir
