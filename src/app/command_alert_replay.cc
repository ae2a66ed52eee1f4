// weir alerts replay: what settings would have done, from the calls there were.
#include <atomic>
#include <csignal>
#include <optional>
#include <thread>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/human.h"
#include "app/key_flags.h"
#include "app/output.h"
#include "app/progress.h"
#include "app/settings_file.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr Millis kAskEvery{200};

struct ReplayFlags {
  std::string from = "24h";
  std::string to;
  std::string settings;
  std::string limits;
  bool all = false;
};

json::object object_of(const json::value* value) {
  return value != nullptr && value->is_object() ? value->get_object() : json::object();
}

json::array array_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : json::array();
}

Result<json::object> question_of(const ReplayFlags& flags) {
  const UtcTime now = SystemClock().utc();
  json::object question;
  for (const auto& [name, value] : {std::pair("from", flags.from), std::pair("to", flags.to)}) {
    if (value.empty()) continue;
    WEIR_TRY_ASSIGN(time, parse_time_flag(value, now, true));
    question[name] = time;
  }
  if (!flags.settings.empty()) {
    WEIR_TRY_ASSIGN(settings, read_settings_file(flags.settings));
    if (auto* fields = settings.if_object()) {
      for (const char* name : {"changed_at", "changed_by", "source", "notify_source"}) fields->erase(name);
    }
    question["settings"] = std::move(settings);
  }
  if (!flags.limits.empty()) {
    WEIR_TRY_ASSIGN(limits, read_settings_file(flags.limits));
    question["limits"] = std::move(limits);
  }
  return question;
}

std::atomic<bool> interrupted{false};

/// Waits for a replay's end; an interrupt cancels it on the server too.
Result<json::object> wait_for(AdminClient& client, json::object replay) {
  const auto path = fmt::format("/replays/{}", text_of(replay, "id"));
  const SystemClock clock;
  std::optional<Progress> progress;
  const auto before = std::signal(SIGINT, [](int) { interrupted = true; });
  for (;;) {
    const std::string state = text_of(replay, "state");
    if (state != "waiting" && state != "running") break;
    const std::uint64_t total = number_of(replay, "calls_total");
    if (!progress && total > 0) progress.emplace(total, clock);
    if (progress)
      progress->show(number_of(replay, "calls_read"),
                     fmt::format("{} of {} calls", grouped(number_of(replay, "calls_read")), grouped(total)));
    if (interrupted.exchange(false)) WEIR_TRY(client.remove(path));
    std::this_thread::sleep_for(kAskEvery);
    WEIR_TRY_ASSIGN(answer, client.get(path));
    replay = object_of(&answer);
  }
  std::signal(SIGINT, before);
  progress.reset();
  if (text_of(replay, "state") == "done") return replay;
  return fail(ErrorCode::kInternal, fmt::format("replay {} was {}: {}", text_of(replay, "id"),
                                                text_of(replay, "state"), text_of(replay, "error")));
}

std::string lasted(const json::object& side) {
  const auto seconds = number_of(side, "seconds");
  const std::string text = seconds < 120    ? fmt::format("{} s", seconds)
                           : seconds < 7200 ? fmt::format("{} min", seconds / 60)
                                            : fmt::format("{} h", seconds / 3600);
  return text_of(side, "resolved_at").empty() ? text + " +" : text;
}

void print_counts(const json::object& alerts, bool proposed) {
  std::vector<Column> columns{{"TYPE"}, {"IN FORCE", Align::kRight}};
  if (proposed) {
    columns.push_back({"PROPOSED", Align::kRight});
    columns.push_back({"BOTH", Align::kRight});
  }
  Table table(columns);
  for (const auto& value : array_of(alerts, "counts")) {
    const json::object count = object_of(&value);
    std::vector<std::string> cells{text_of(count, "type"), grouped(number_of(count, "in_force"))};
    if (proposed) {
      cells.push_back(grouped(number_of(count, "proposed")));
      cells.push_back(grouped(number_of(count, "both")));
    }
    table.add(std::move(cells));
  }
  print(table);
}

void print_alerts(const json::object& alerts, bool proposed, bool all) {
  Table table({{"STARTED"},
               {"FIRED BY"},
               {"SEVERITY"},
               {"TYPE"},
               {"SUBJECT", Align::kLeft, 16},
               {"WORST", Align::kRight},
               {"LASTED", Align::kRight}});
  std::uint64_t shown = 0;
  for (const auto& value : array_of(alerts, "items")) {
    const json::object item = object_of(&value);
    const std::string fired_by = text_of(item, "fired_by");
    // With two sides what they differ in is what was asked for.
    if (proposed && !all && fired_by == "both") continue;
    const json::object side = object_of(item.if_contains(fired_by == "proposed" ? "proposed" : "in_force"));
    const json::value* worst = side.if_contains("worst");
    const double number = worst != nullptr && worst->is_number() ? worst->to_number<double>() : 0;
    table.add({plain_time(text_of(side, "started_at")), fired_by == "in_force" ? "in force" : fired_by,
               text_of(side, "severity"), text_of(item, "type"),
               text_of(object_of(item.if_contains("subject")), "name"),
               fmt::format("{:.4g} {}", number, text_of(item, "unit")), lasted(side)});
    ++shown;
  }
  if (shown > 0) {
    print("\n");
    print(table);
  }
  if (const auto omitted = number_of(alerts, "omitted"); omitted > 0)
    print(fmt::format("And {} more.\n", grouped(omitted)));
}

void print_limits(const json::object& limits) {
  print(fmt::format(
      "\nLimits: of {} calls {} were refused; {} would be by the limits in force, {} by those proposed "
      "({} keys).\n",
      grouped(number_of(limits, "calls")), grouped(number_of(limits, "refused_then")),
      grouped(number_of(limits, "refused_in_force")), grouped(number_of(limits, "refused_proposed")),
      grouped(number_of(limits, "keys_refused"))));
  Table table({{"KEY", Align::kRight},
               {"NAME", Align::kLeft, 12},
               {"CALLS", Align::kRight},
               {"REFUSED", Align::kRight},
               {"IN FORCE", Align::kRight},
               {"PROPOSED", Align::kRight},
               {"FIRST"},
               {"PEAKS", Align::kLeft, 16}});
  const json::array items = array_of(limits, "items");
  for (const auto& value : items) {
    const json::object item = object_of(&value);
    const json::object proposed = object_of(item.if_contains("proposed"));
    std::string peaks;
    for (const auto& one : array_of(proposed, "windows")) {
      const json::object window = object_of(&one);
      const std::string limit = text_of(window, "limit");
      if (!limit.empty())
        peaks += fmt::format("{}{} {}/{}", peaks.empty() ? "" : ", ", text_of(window, "window"),
                             text_of(window, "peak"), limit);
    }
    const std::string first = text_of(proposed, "first_refused_at");
    table.add({text_of(item, "key_id"), text_of(item, "name"), grouped(number_of(item, "calls")),
               grouped(number_of(item, "refused_then")),
               grouped(number_of(object_of(item.if_contains("in_force")), "refused")),
               grouped(number_of(proposed, "refused")), first.empty() ? "-" : plain_time(first), peaks});
  }
  if (!items.empty()) {
    print("\n");
    print(table);
  }
  if (const auto omitted = number_of(limits, "omitted"); omitted > 0)
    print(fmt::format("And {} keys more.\n", grouped(omitted)));
}

Result<void> replay(const ReplayFlags& flags, AdminClient& client, bool as_json) {
  WEIR_TRY_ASSIGN(question, question_of(flags));
  const bool proposed = question.contains("settings");
  WEIR_TRY_ASSIGN(started, client.send("POST", "/alerts/replay", question));
  WEIR_TRY_ASSIGN(done, wait_for(client, object_of(&started)));
  if (as_json) {
    print_json(done);
    return {};
  }
  const json::object result = object_of(done.if_contains("result"));
  const json::object alerts = object_of(result.if_contains("alerts"));
  print(fmt::format("{} calls from {} to {}.\n\n", grouped(number_of(alerts, "calls")),
                    plain_time(text_of(done, "from")), plain_time(text_of(done, "to"))));
  if (const auto late = number_of(alerts, "late_calls"); late > 0)
    print(fmt::format("{} of them were stored too far from their time and left out.\n\n", grouped(late)));
  if (array_of(alerts, "counts").empty()) {
    print("No alert would have fired.\n");
  } else {
    print_counts(alerts, proposed);
    print_alerts(alerts, proposed, flags.all);
  }
  if (const json::value* limits = result.if_contains("limits"); limits != nullptr && limits->is_object())
    print_limits(limits->get_object());
  return {};
}

}  // namespace

void add_alert_replay_command(CLI::App& alerts, Commands& commands) {
  auto flags = std::make_shared<ReplayFlags>();
  auto& command = add_client_command(
      alerts, commands, "replay", "Say what settings would have done: which alerts, who refused how often",
      "weir alerts settings show --json > proposed.json; $EDITOR proposed.json\n"
      "weir alerts replay --from 7d --settings proposed.json\n"
      "weir limits show --json > limits.json; $EDITOR limits.json\n"
      "weir alerts replay --from 2026-11-01 --to 2026-11-08 --limits limits.json\n"
      "Stored calls run through the settings in force and those proposed; what both fired is left out of the "
      "list.\n"
      "For limits a call costs what the route its path has today costs; keys have the plans and own limits "
      "of "
      "today.\n"
      "The server does it when it has nothing else to do; Ctrl-C cancels it.",
      [flags](AdminClient& client, bool as_json) { return replay(*flags, client, as_json); });
  command.add_option("--from", flags->from, "Not before: a time, or 24h for a day ago")
      ->type_name("WHEN")
      ->capture_default_str();
  command.add_option("--to", flags->to, "Before: a time, or 1h for an hour ago; now unless said")
      ->type_name("WHEN");
  command.add_option("--settings", flags->settings, "Proposed settings of alerts: JSON or YAML")
      ->type_name("FILE");
  command.add_option("--limits", flags->limits, "Proposed limits: JSON or YAML")->type_name("FILE");
  command.add_flag("--all", flags->all, "List what both fired too");
}

}  // namespace weir
