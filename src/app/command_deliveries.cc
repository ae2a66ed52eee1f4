#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/human.h"
#include "app/output.h"

namespace weir {
namespace {

namespace json = boost::json;

struct ListFlags {
  std::string channel;
  std::string state;
  std::string type;
  std::string cursor;
  unsigned limit = 50;
};

const json::object* object_of(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

/// What came of the last attempt, in a few words.
std::string last_result(const json::object& delivery) {
  const json::value* attempts = delivery.if_contains("attempts");
  if (attempts == nullptr || !attempts->is_array() || attempts->get_array().empty()) return "";
  const auto* last = attempts->get_array().back().if_object();
  if (last == nullptr) return "";
  const std::string detail = text_of(*last, "detail");
  return detail.empty() ? text_of(*last, "status_code") : detail;
}

void print_deliveries(const json::value& list) {
  const UtcTime now = SystemClock().utc();
  Table table({{"ID", Align::kRight},
               {"CREATED"},
               {"CHANNEL", Align::kLeft, 8},
               {"TYPE"},
               {"ALERTS", Align::kRight},
               {"STATE"},
               {"TRIES", Align::kRight},
               {"LAST ANSWER", Align::kLeft, 12}});
  for (const auto& delivery : items_of(list)) {
    const json::object* message = object_of(delivery, "message");
    const json::object none;
    table.add({text_of(delivery, "id"), human_time(text_of(delivery, "created_at"), now, ""),
               text_of(delivery, "channel"), text_of(message == nullptr ? none : *message, "type"),
               text_of(message == nullptr ? none : *message, "alerts_total"), text_of(delivery, "state"),
               text_of(delivery, "tries"), last_result(delivery)});
  }
  print(table);
}

void add_list(CLI::App& group, Commands& commands) {
  auto flags = std::make_shared<ListFlags>();
  auto& command = add_client_command(
      group, commands, "list", "List messages to channels, newest first",
      "weir deliveries list\nweir deliveries list --state dead\nweir deliveries list --channel ops --json",
      [flags](AdminClient& client, bool as_json) -> Result<void> {
        std::string path = fmt::format("/deliveries?limit={}", flags->limit);
        for (const auto& [name, value] :
             {std::pair("channel", flags->channel), std::pair("state", flags->state),
              std::pair("type", flags->type), std::pair("cursor", flags->cursor)}) {
          if (!value.empty()) path += fmt::format("&{}={}", name, percent_encode(value));
        }
        WEIR_TRY_ASSIGN(list, client.get(path));
        if (as_json)
          print_json(list);
        else if (items_of(list).empty())
          print("There are no such deliveries.\n");
        else
          print_deliveries(list);
        if (!as_json) print_more(list);
        return {};
      });
  command.add_option("--channel", flags->channel, "To this channel")->type_name("NAME");
  command.add_option("--state", flags->state, "pending, delivered or dead")
      ->check(CLI::IsMember({"pending", "delivered", "dead"}));
  command.add_option("--type", flags->type, "Of this type: alert.firing, alert.resolved, …")
      ->type_name("TYPE");
  command.add_option("--limit", flags->limit, "At most so many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command.add_option("--cursor", flags->cursor, "Go on where a list ended")->type_name("CURSOR");
}

void add_resend(CLI::App& group, Commands& commands) {
  auto id = std::make_shared<std::uint32_t>();
  auto& command = add_client_command(
      group, commands, "resend", "Send a dead or delivered message again", "weir deliveries resend 42",
      [id](AdminClient& client, bool as_json) -> Result<void> {
        WEIR_TRY_ASSIGN(delivery,
                        client.send("POST", fmt::format("/deliveries/{}/resend", *id), json::object()));
        if (as_json)
          print_json(delivery);
        else
          print(fmt::format("Delivery {} is sent again; its message keeps its id.\n", *id));
        return {};
      });
  command.add_option("id", *id, "The delivery's id")->required()->type_name("ID");
}

void add_channels(CLI::App& group, Commands& commands) {
  add_client_command(
      group, commands, "channels", "List the channels and what came of their messages",
      "weir deliveries channels", [](AdminClient& client, bool as_json) -> Result<void> {
        WEIR_TRY_ASSIGN(list, client.get("/channels"));
        if (as_json) {
          print_json(list);
          return {};
        }
        Table table({{"CHANNEL", Align::kLeft, 8},
                     {"TYPE"},
                     {"STATE"},
                     {"DELIVERED", Align::kRight},
                     {"FAILED", Align::kRight},
                     {"DEAD", Align::kRight},
                     {"WHY", Align::kLeft, 8}});
        for (const auto& channel : items_of(list)) {
          table.add({text_of(channel, "name"), text_of(channel, "type"), text_of(channel, "state"),
                     text_of(channel, "delivered"), text_of(channel, "failed"), text_of(channel, "dead"),
                     text_of(channel, "disabled_reason")});
        }
        print(table);
        return {};
      });
}

}  // namespace

void add_test_channel_command(CLI::App& alerts, Commands& commands) {
  auto name = std::make_shared<std::string>();
  auto& command = add_client_command(
      alerts, commands, "test-channel", "Send a test message and say what the other side answered",
      "weir alerts test-channel ops", [name](AdminClient& client, bool as_json) -> Result<void> {
        WEIR_TRY_ASSIGN(answer, client.send("POST", fmt::format("/channels/{}/test", percent_encode(*name)),
                                            json::object()));
        const json::object report = answer.is_object() ? answer.get_object() : json::object();
        if (as_json) print_json(answer);
        const bool delivered = flag_of(report, "delivered", false);
        const std::string said = text_of(report, "answer");
        if (!delivered) {
          return fail(ErrorCode::kUnavailable,
                      fmt::format("channel '{}' did not take the message: {}", printable(*name, 64),
                                  printable(text_of(report, "detail"), 400)));
        }
        if (!as_json) {
          print(fmt::format("Channel '{}' took the message: {}{}\n", printable(*name, 64),
                            text_of(report, "status_code"), said.empty() ? "" : ": " + printable(said, 400)));
        }
        return {};
      });
  command.add_option("name", *name, "The channel's name")->required()->type_name("NAME");
}

void add_deliveries_commands(CLI::App& app, Commands& commands) {
  CLI::App& group = add_group(app, "deliveries", "What was sent to the channels, and what came of it");
  add_list(group, commands);
  add_resend(group, commands);
  add_channels(group, commands);
}

}  // namespace weir
