#include "notify/message_text.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace weir {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

std::string status_of(const Message& message) {
  return message.status == "firing" ? upper(message.severity) : upper(message.status);
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  return digits;
}

std::string number_text(double value, std::string_view unit) {
  const std::string number = fmt::format("{:.6g}", value);
  return unit.empty() ? number : fmt::format("{} {}", number, unit);
}

}  // namespace

std::string status_word(const AlertNotice& notice) {
  return notice.state == "firing" ? upper(notice.severity) : upper(notice.state);
}

std::string measured(const AlertNotice& notice) {
  if (notice.value == 0 && notice.threshold == 0) return "";
  return fmt::format("{} (threshold {})", number_text(notice.value, notice.unit),
                     number_text(notice.threshold, notice.unit));
}

std::string headline(const Message& message) {
  if (message.letter) return message.letter->subject;
  const std::string where = message.environment.empty() ? "" : fmt::format("[{}] ", message.environment);
  const std::string again = message.repeat ? "still " : "";
  if (message.alerts_total == 1 && message.alerts.size() == 1) {
    const AlertNotice& alert = message.alerts.front();
    return fmt::format("{}{}{}: {}", where, again, status_word(alert),
                       alert.title.empty() ? alert.alert_type : alert.title);
  }
  return fmt::format("{}{}{}: {} alerts of {}", where, again, status_of(message),
                     grouped(message.alerts_total), message.group);
}

std::string and_more(const Message& message) {
  if (message.alerts_total <= message.alerts.size()) return "";
  return fmt::format("and {} more", grouped(message.alerts_total - message.alerts.size()));
}

std::string plain_text(const Message& message) {
  if (message.letter) return message.letter->text;
  std::string out = headline(message) + "\n";
  for (const AlertNotice& alert : message.alerts) {
    out +=
        fmt::format("\n{}: {}\n", status_word(alert), alert.title.empty() ? alert.alert_type : alert.title);
    const auto line = [&out](std::string_view name, std::string_view value) {
      if (!value.empty()) out += fmt::format("  {:<13}{}\n", fmt::format("{}:", name), value);
    };
    line("what", alert.summary);
    line(alert.subject_kind.empty() ? "subject" : alert.subject_kind, alert.subject);
    line("measured", measured(alert));
    line("since", to_rfc3339(alert.started_at));
    if (alert.resolved_at) line("resolved", to_rfc3339(*alert.resolved_at));
    line("acknowledged", alert.acknowledged_by);
    line("comment", alert.comment);
    line("what to do", alert.runbook);
    line("alert", std::to_string(alert.alert_id));
  }
  if (const std::string more = and_more(message); !more.empty()) out += "\n" + more + "\n";
  if (message.still_firing > 0) {
    out += fmt::format("\n{} of this group {} firing.\n", grouped(message.still_firing),
                       message.still_firing == 1 ? "is" : "are");
  }
  return out;
}

std::string clipped(std::string_view text, std::size_t max) {
  constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
  if (text.size() <= max) return std::string(text);
  if (max < kEllipsis.size()) return "";
  std::size_t end = max - kEllipsis.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + std::string(kEllipsis);
}

}  // namespace weir
