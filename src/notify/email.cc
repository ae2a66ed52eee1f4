#include "notify/email.h"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/html_escape.h"
#include "base/joined.h"
#include "notify/base64.h"
#include "notify/message_text.h"

namespace weir {
namespace {

constexpr std::size_t kWordBytes = 45;  // of text in an encoded word: 60 of base64, and 12 around it
constexpr std::size_t kBase64Line = 76;
constexpr std::size_t kSubjectMax = 250;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// RFC 5322, 3.3: "Mon, 23 Nov 2026 10:00:00 +0000".
std::string mail_date(UtcTime at) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", std::chrono::floor<Seconds>(at));
}

std::string base64_lines(std::string_view text) {
  const std::string encoded = to_base64(text);
  std::string out;
  for (std::size_t at = 0; at < encoded.size(); at += kBase64Line) {
    out += encoded.substr(at, kBase64Line);
    out += "\r\n";
  }
  return out;
}

std::string part(std::string_view boundary, std::string_view type, std::string_view text) {
  return fmt::format("--{}\r\nContent-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
                     boundary, type, base64_lines(text));
}

std::string_view colour_of(const AlertNotice& alert) {
  if (alert.state == "resolved") return "#2e7d32";
  if (alert.state == "acknowledged") return "#1565c0";
  return alert.severity == "critical" ? "#c62828" : "#b26a00";
}

std::string html_row(std::string_view name, std::string_view value) {
  if (value.empty()) return "";
  return fmt::format(
      "<tr><td style=\"padding:2px 12px 2px 0;color:#666;vertical-align:top\">{}</td><td>{}</td></tr>",
      html_escaped(name), html_escaped(value));
}

std::string html_alert(const AlertNotice& alert) {
  std::string rows = html_row(alert.subject_kind.empty() ? "subject" : alert.subject_kind, alert.subject) +
                     html_row("measured", measured(alert)) + html_row("since", to_rfc3339(alert.started_at));
  if (alert.resolved_at) rows += html_row("resolved", to_rfc3339(*alert.resolved_at));
  rows += html_row("acknowledged by", alert.acknowledged_by) + html_row("comment", alert.comment) +
          html_row("what to do", alert.runbook) + html_row("alert", std::to_string(alert.alert_id));
  return fmt::format(
      "<div style=\"border-left:4px solid {0};padding:4px 12px;margin:12px 0\"><b "
      "style=\"color:{0}\">{1}</b> "
      "<b>{2}</b><p style=\"margin:4px 0\">{3}</p><table "
      "style=\"border-collapse:collapse\">{4}</table></div>\n",
      colour_of(alert), html_escaped(status_word(alert)),
      html_escaped(alert.title.empty() ? alert.alert_type : alert.title), html_escaped(alert.summary), rows);
}

std::string html_text(const Message& message) {
  if (message.letter) return message.letter->html;
  std::string out = fmt::format(
      "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body style=\"font-family:sans-serif;"
      "font-size:14px;color:#222\"><h2 style=\"font-size:18px\">{}</h2>\n",
      html_escaped(headline(message)));
  for (const AlertNotice& alert : message.alerts) out += html_alert(alert);
  if (const std::string more = and_more(message); !more.empty()) out += fmt::format("<p>{}</p>\n", more);
  if (message.still_firing > 0)
    out += fmt::format("<p>Still firing in this group: {}</p>\n", message.still_firing);
  return out + "</body></html>\n";
}

}  // namespace

std::string encoded_header(std::string_view text) {
  std::string clean(text);
  std::replace_if(
      clean.begin(), clean.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  const bool plain = std::all_of(clean.begin(), clean.end(), [](unsigned char c) { return c < 0x7F; });
  if (plain && clean.find("=?") == std::string::npos) return clean;
  std::string out;
  for (std::size_t at = 0; at < clean.size();) {
    std::size_t end = std::min(at + kWordBytes, clean.size());
    while (end < clean.size() && end > at + 1 && is_continuation(clean[end])) --end;
    if (!out.empty()) out += "\r\n ";
    out += fmt::format("=?UTF-8?B?{}?=", to_base64(std::string_view(clean).substr(at, end - at)));
    at = end;
  }
  return out;
}

Mail render_email(const ChannelSettings& channel, const Message& message) {
  Mail mail;
  mail.host = channel.smtp_host;
  mail.port = channel.smtp_port;
  mail.tls = channel.tls;
  mail.username = channel.username;
  mail.password = channel.password;
  mail.from = channel.from;
  mail.recipients = message.recipients.empty() ? channel.to : message.recipients;
  mail.ca_file = channel.ca_file;

  const std::string domain = channel.from.substr(channel.from.find('@') + 1);
  const std::string boundary = fmt::format("=_{}", message.id);
  std::string& out = mail.text;
  out = fmt::format("Date: {}\r\nFrom: weir <{}>\r\nTo: {}\r\nMessage-ID: <{}@{}>\r\n", mail_date(message.at),
                    channel.from, joined(mail.recipients, ",\r\n "), message.id, domain);
  if (message.thread_id != message.id) {
    out += fmt::format("In-Reply-To: <{0}@{1}>\r\nReferences: <{0}@{1}>\r\n", message.thread_id, domain);
  }
  out += fmt::format("Subject: {}\r\n", encoded_header(clipped(headline(message), kSubjectMax)));
  out += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
  out += fmt::format("Content-Type: multipart/alternative;\r\n boundary=\"{}\"\r\n\r\n", boundary);
  out += part(boundary, "text/plain", plain_text(message));
  out += part(boundary, "text/html", html_text(message));
  out += fmt::format("--{}--\r\n", boundary);
  return mail;
}

}  // namespace weir
