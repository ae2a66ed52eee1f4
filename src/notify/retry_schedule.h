// When a delivery is tried again, and when it is given up. Pure.
//
// Source of the delays: Standard Webhooks 1.0.0, "Deliverability and reliability".
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "notify/outgoing.h"

namespace weir {

/// Tries of a delivery, the first included; the last is about three days after it.
inline constexpr std::uint32_t kTriesMax = 10;
/// A receiver's Retry-After counts up to this much.
inline constexpr Seconds kRetryAfterMax{24 * 3600};

struct Verdict {
  enum class Kind : std::uint8_t { kDelivered, kRetry, kDead, kDisableChannel };
  Kind kind = Kind::kDead;
  UtcTime next_attempt_at{};  // for kRetry
  std::string detail;         // why it is not delivered
};

/// What follows from try number `tries` (from 1), which ended `now`. `jitter` from 0 to 1 spreads the delay
/// over 90 to 110 percent. 2xx is success; a redirect is a failure like any other status; 410 disables the
/// channel; a mail refused for good (SMTP 5xx about the mail or its recipients) is dead at once.
[[nodiscard]] Verdict judge_http(const AttemptOutcome& outcome, std::uint32_t tries, UtcTime now,
                                 double jitter);
[[nodiscard]] Verdict judge_mail(const AttemptOutcome& outcome, std::uint32_t tries, UtcTime now,
                                 double jitter);

}  // namespace weir
