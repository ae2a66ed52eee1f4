// weir alerts silence: muting messages for a time, and maintenance windows planned ahead.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/human.h"
#include "app/output.h"
#include "base/quantity.h"

namespace weir {
namespace {

namespace json = boost::json;

struct SilenceFlags {
  std::vector<std::string> types;
  std::string severity;
  std::string endpoint;
  std::string source;
  std::string channel;
  std::string from;
  std::string to;
  std::string duration;
  std::string comment;
  std::uint32_t key = 0;
  bool dry_run = false;
};

/// What a silence is about, in words.
std::string scope_of(const json::object& silence) {
  std::string scope;
  const auto add = [&scope](const std::string& part) {
    if (!part.empty()) scope += (scope.empty() ? "" : ", ") + part;
  };
  const json::value* types = silence.if_contains("types");
  if (types != nullptr && types->is_array()) {
    for (const auto& type : types->get_array()) {
      if (type.is_string()) add(std::string(type.get_string()));
    }
  }
  add(text_of(silence, "severity"));
  const json::value* subject = silence.if_contains("subject");
  if (subject != nullptr && subject->is_object()) add(text_of(subject->get_object(), "name"));
  return scope.empty() ? "everything" : scope;
}

void print_silences(const json::value& list) {
  if (items_of(list).empty()) {
    print("There are no silences.\n");
    return;
  }
  Table table({{"ID", Align::kRight},
               {"STATE"},
               {"FROM"},
               {"TO"},
               {"MUTES", Align::kLeft, 16},
               {"BY"},
               {"COMMENT", Align::kLeft, 12}});
  for (const auto& silence : items_of(list)) {
    table.add({text_of(silence, "id"), text_of(silence, "state"), plain_time(text_of(silence, "from")),
               plain_time(text_of(silence, "to")), scope_of(silence), text_of(silence, "by"),
               text_of(silence, "comment")});
  }
  print(table);
}

Result<json::object> body_of(const SilenceFlags& flags) {
  json::object body;
  if (!flags.types.empty()) body["types"] = json::array(flags.types.begin(), flags.types.end());
  if (flags.key != 0) body["key_id"] = flags.key;
  for (const auto& [name, value] :
       {std::pair("severity", flags.severity), std::pair("endpoint", flags.endpoint),
        std::pair("source", flags.source), std::pair("channel", flags.channel), std::pair("from", flags.from),
        std::pair("to", flags.to), std::pair("comment", flags.comment)}) {
    if (!value.empty()) body[name] = value;
  }
  if (!flags.duration.empty()) {
    auto time = parse_duration(flags.duration);
    if (!time) return fail(ErrorCode::kInvalid, fmt::format("--for: {}", time.error().detail));
    body["duration_seconds"] = std::chrono::ceil<Seconds>(*time).count();
  }
  if (flags.dry_run) body["dry_run"] = true;
  return body;
}

void print_made(const json::object& silence, bool dry_run) {
  if (dry_run)
    print(fmt::format("It would mute {} from {} to {}.\n", scope_of(silence),
                      plain_time(text_of(silence, "from")), plain_time(text_of(silence, "to"))));
  else
    print(fmt::format("Silence {} mutes {} until {}.\n", text_of(silence, "id"), scope_of(silence),
                      plain_time(text_of(silence, "to"))));
  const json::value* muted = silence.if_contains("mutes_now");
  if (muted == nullptr || !muted->is_array()) return;
  print(muted->get_array().empty() ? "Right now that is none.\n" : "Right now that is:\n");
  for (const auto& alert : muted->get_array()) {
    if (alert.is_object()) print(fmt::format("  {}\n", printable(text_of(alert.get_object(), "title"), 200)));
  }
}

void add_add(CLI::App& group, Commands& commands) {
  auto flags = std::make_shared<SilenceFlags>();
  auto& command = add_client_command(
      group, commands, "add", "Mute messages about alerts that match everything given",
      "weir alerts silence add --key 7 --for 2h -m 'load test'\n"
      "weir alerts silence add --type response_time --endpoint /v1/reports --for 8h -m 'nightly export' "
      "--dry-run\n"
      "weir alerts silence add --from 2026-12-01T22:00:00Z --to 2026-12-02T02:00:00Z -m maintenance",
      [flags](AdminClient& client, bool as_json) -> Result<void> {
        WEIR_TRY_ASSIGN(body, body_of(*flags));
        WEIR_TRY_ASSIGN(answer, client.send("POST", "/alerts/silences", body));
        if (as_json)
          print_json(answer);
        else if (answer.is_object())
          print_made(answer.get_object(), flags->dry_run);
        return {};
      });
  command.add_option("--type", flags->types, "Of this type; may be given again")
      ->type_name("TYPE")
      ->allow_extra_args(false);
  command.add_option("--severity", flags->severity, "warning or critical")
      ->check(CLI::IsMember({"warning", "critical"}));
  command.add_option("--key", flags->key, "About this key")->type_name("ID");
  command.add_option("--endpoint", flags->endpoint, "About this endpoint")->type_name("TEMPLATE");
  command.add_option("--source", flags->source, "About this source")->type_name("ADDRESS");
  command.add_option("--channel", flags->channel, "About this channel's failures")->type_name("NAME");
  command.add_option("--from", flags->from, "From this time on; now unless given")->type_name("TIME");
  command.add_option("--to", flags->to, "Until this time")->type_name("TIME");
  command.add_option("--for", flags->duration, "For so long")->type_name("TIME");
  command.add_option("--comment,-m", flags->comment, "Why")->type_name("TEXT");
  command.add_flag("--dry-run", flags->dry_run, "Only say what it would mute right now");
}

}  // namespace

void add_silence_commands(CLI::App& alerts, Commands& commands) {
  CLI::App& group = add_group(alerts, "silence", "Mute messages for a time; plan maintenance");
  add_client_command(group, commands, "list", "List silences planned, active, or ended within a day",
                     "weir alerts silence list", [](AdminClient& client, bool as_json) -> Result<void> {
                       WEIR_TRY_ASSIGN(list, client.get("/alerts/silences"));
                       if (as_json)
                         print_json(list);
                       else
                         print_silences(list);
                       return {};
                     });
  add_add(group, commands);
  auto id = std::make_shared<std::uint32_t>();
  auto& end = add_client_command(group, commands, "end", "End a silence now", "weir alerts silence end 3",
                                 [id](AdminClient& client, bool as_json) -> Result<void> {
                                   WEIR_TRY(client.remove(fmt::format("/alerts/silences?id={}", *id)));
                                   if (!as_json) print(fmt::format("Silence {} has ended.\n", *id));
                                   return {};
                                 });
  end.add_option("id", *id, "The silence's id")->required()->type_name("ID");
}

}  // namespace weir
