#include "notify/slack.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "notify/message_text.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr std::size_t kHeaderMax = 150;
constexpr std::size_t kSectionMax = 2900;
constexpr std::size_t kFieldMax = 400;  // before escaping, which makes at most five bytes of one

std::string_view mark(const AlertNotice& alert) {
  if (alert.state == "resolved") return ":white_check_mark:";
  if (alert.state == "acknowledged") return ":eyes:";
  return alert.severity == "critical" ? ":red_circle:" : ":large_yellow_circle:";
}

std::string safe(std::string_view text) {
  return slack_escaped(clipped(text, kFieldMax));
}

json::object section(std::string text) {
  return {{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", std::move(text)}}}};
}

std::string alert_text(const AlertNotice& alert) {
  std::string text = fmt::format("{} *{}* {}", mark(alert), status_word(alert),
                                 safe(alert.title.empty() ? alert.alert_type : alert.title));
  const auto line = [&text](std::string_view name, std::string_view value) {
    if (!value.empty()) text += fmt::format("\n*{}:* {}", name, value);
  };
  if (!alert.summary.empty()) text += "\n" + safe(alert.summary);
  line(alert.subject_kind.empty() ? "subject" : safe(alert.subject_kind), safe(alert.subject));
  line("measured", safe(measured(alert)));
  line("since", to_rfc3339(alert.started_at));
  if (alert.resolved_at) line("resolved", to_rfc3339(*alert.resolved_at));
  line("acknowledged by", safe(alert.acknowledged_by));
  line("comment", safe(alert.comment));
  line("what to do", safe(alert.runbook));
  // An entity that was cut in two would show as such.
  if (text.size() <= kSectionMax) return text;
  text = clipped(text, kSectionMax);
  const auto entity = text.rfind('&');
  if (entity != std::string::npos && text.find(';', entity) == std::string::npos) text.resize(entity);
  return text;
}

}  // namespace

std::string slack_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

HttpPost render_slack(const ChannelSettings& channel, const Message& message) {
  json::array blocks;
  blocks.push_back(json::object{
      {"type", "header"},
      {"text",
       {{"type", "plain_text"}, {"text", clipped(headline(message), kHeaderMax)}, {"emoji", false}}}});
  for (const AlertNotice& alert : message.alerts) blocks.push_back(section(alert_text(alert)));
  std::string footer = and_more(message);
  if (message.still_firing > 0) {
    footer += fmt::format("{}{} firing in this group", footer.empty() ? "" : "; ", message.still_firing);
  }
  if (!footer.empty()) {
    blocks.push_back(json::object{
        {"type", "context"},
        {"elements", json::array{json::object{{"type", "mrkdwn"}, {"text", std::move(footer)}}}}});
  }
  HttpPost post;
  post.url = channel.url;
  post.headers = {"Content-Type: application/json; charset=utf-8"};
  post.body = json::serialize(
      json::object{{"text", slack_escaped(headline(message))}, {"blocks", std::move(blocks)}});
  post.ca_file = channel.ca_file;
  return post;
}

}  // namespace weir
