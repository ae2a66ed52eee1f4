#include "notify/retry_schedule.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace weir {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// Before try i + 1.
constexpr std::array<Seconds, kTriesMax> kDelays = {Seconds(0), Seconds(5), minutes(5), minutes(30),
                                                    hours(2),   hours(5),   hours(10),  hours(14),
                                                    hours(20),  hours(24)};
constexpr double kJitter = 0.1;

std::string explain(const AttemptOutcome& outcome, std::string_view protocol) {
  if (outcome.status_code == 0) return outcome.error;
  std::string detail = fmt::format("the other side answered {} {}", protocol, outcome.status_code);
  if (protocol == "HTTP" && outcome.status_code >= 300 && outcome.status_code < 400)
    detail += ", a redirect, which is not followed";
  if (!outcome.answer.empty()) detail += fmt::format(": {}", outcome.answer.substr(0, 200));
  return detail;
}

Verdict retry(const AttemptOutcome& outcome, std::uint32_t tries, UtcTime now, double jitter,
              std::string detail) {
  if (tries >= kTriesMax) return {Verdict::Kind::kDead, {}, std::move(detail)};
  const double spread = 1 - kJitter + 2 * kJitter * std::clamp(jitter, 0.0, 1.0);
  const auto delay =
      std::chrono::duration_cast<Micros>(std::chrono::duration<double>(kDelays[tries]) * spread);
  const Micros asked = std::min<Micros>(outcome.retry_after, kRetryAfterMax);
  return {Verdict::Kind::kRetry, now + std::max(delay, asked), std::move(detail)};
}

/// About the mail itself or who is to get it (RFC 5321, 4.2.3), rather than about us.
bool refused_for_good(std::uint16_t status) {
  return status >= 550 && status <= 559;
}

}  // namespace

Verdict judge_http(const AttemptOutcome& outcome, std::uint32_t tries, UtcTime now, double jitter) {
  if (outcome.status_code >= 200 && outcome.status_code < 300) return {Verdict::Kind::kDelivered, {}, {}};
  std::string detail = explain(outcome, "HTTP");
  if (outcome.status_code == 410) return {Verdict::Kind::kDisableChannel, {}, std::move(detail)};
  return retry(outcome, tries, now, jitter, std::move(detail));
}

Verdict judge_mail(const AttemptOutcome& outcome, std::uint32_t tries, UtcTime now, double jitter) {
  if (outcome.sent) return {Verdict::Kind::kDelivered, {}, {}};
  std::string detail = outcome.error.empty() ? explain(outcome, "SMTP") : outcome.error;
  if (refused_for_good(outcome.status_code)) return {Verdict::Kind::kDead, {}, std::move(detail)};
  return retry(outcome, tries, now, jitter, std::move(detail));
}

}  // namespace weir
