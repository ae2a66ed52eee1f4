// weir alerts digest: what the weekly digest says, and sending it now.
#include <thread>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/human.h"
#include "app/output.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr Millis kLook{200};
constexpr int kLooksMax = 100;  // 20 s: an attempt may take 15

json::object object_of(const json::value& value) {
  return value.is_object() ? value.get_object() : json::object();
}

/// The digest's lines, each made fit for a terminal.
void print_lines(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    print(printable(text.substr(0, end), 1000) + "\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

Result<void> show(AdminClient& client, bool as_json) {
  WEIR_TRY_ASSIGN(answer, client.get("/alerts/digest"));
  if (as_json) {
    print_json(answer);
    return {};
  }
  const json::object digest = object_of(answer);
  print_lines(text_of(digest, "text"));
  const std::string channel = text_of(digest, "channel");
  print(channel.empty() ? "\nIt is sent to nobody: `digest` of the alerts' settings names no channel.\n"
                        : fmt::format("\nSent to '{}' next at {}.\n", printable(channel, 64),
                                      plain_time(text_of(digest, "next_at"))));
  return {};
}

std::string last_detail(const json::object& delivery) {
  const json::value* attempts = delivery.if_contains("attempts");
  if (attempts == nullptr || !attempts->is_array() || attempts->get_array().empty()) return {};
  return text_of(object_of(attempts->get_array().back()), "detail");
}

/// Sends it, and waits until the first attempt is over.
Result<void> send(AdminClient& client, bool as_json) {
  WEIR_TRY_ASSIGN(sent, client.send("POST", "/alerts/digest", json::object()));
  json::object delivery = object_of(sent);
  const std::string id = text_of(delivery, "id");
  for (int i = 0; i < kLooksMax && number_of(delivery, "tries") == 0; ++i) {
    std::this_thread::sleep_for(kLook);
    WEIR_TRY_ASSIGN(now, client.get("/deliveries/" + id));
    delivery = object_of(now);
  }
  if (as_json) print_json(delivery);
  const std::string channel = printable(text_of(delivery, "channel"), 64);
  if (text_of(delivery, "state") == "delivered") {
    if (!as_json) print(fmt::format("'{}' took the digest: delivery {}.\n", channel, id));
    return {};
  }
  const std::string detail = last_detail(delivery);
  return fail(
      ErrorCode::kUnavailable,
      fmt::format("'{}' did not take the digest: {}; delivery {} is {}", channel,
                  detail.empty() ? "no answer yet" : printable(detail, 400), id, text_of(delivery, "state")));
}

}  // namespace

void add_alert_digest_command(CLI::App& alerts, Commands& commands) {
  auto now = std::make_shared<bool>(false);
  auto& command = add_client_command(
      alerts, commands, "digest", "Show what the weekly digest would say now, or send it",
      "weir alerts digest\nweir alerts digest --send\nweir alerts digest --json | jq -r .html > digest.html",
      [now](AdminClient& client, bool as_json) {
        return *now ? send(client, as_json) : show(client, as_json);
      });
  command.add_flag("--send", *now, "Send it now to the digest's channel, and say what came of it");
}

}  // namespace weir
