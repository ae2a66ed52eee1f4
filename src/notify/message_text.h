// Messages in words, shared by the channels that people read. Pure.
#pragma once

#include <string>
#include <string_view>

#include "model/notification.h"

namespace weir {

/// One line, the gravest first: "[production] CRITICAL: Error rate of /orders", or with a count of alerts.
[[nodiscard]] std::string headline(const Message& message);

/// "FIRING", "ACKNOWLEDGED", "RESOLVED" or, while it fires, its severity: "CRITICAL".
[[nodiscard]] std::string status_word(const AlertNotice& notice);

/// "12.5 % (threshold 10 %)"; empty when the alert has no number.
[[nodiscard]] std::string measured(const AlertNotice& notice);

/// Alerts a message counts but does not describe: "and 9,980 more"; empty when there are none.
[[nodiscard]] std::string and_more(const Message& message);

/// The whole message as plain lines.
[[nodiscard]] std::string plain_text(const Message& message);

/// The first `max` bytes, cut between characters of UTF-8, with "…" where something was cut.
[[nodiscard]] std::string clipped(std::string_view text, std::size_t max);

}  // namespace weir
