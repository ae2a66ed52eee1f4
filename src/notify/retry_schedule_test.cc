#include "notify/retry_schedule.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr UtcTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};

AttemptOutcome answered(std::uint16_t status) {
  AttemptOutcome outcome;
  outcome.status_code = status;
  return outcome;
}

TEST(RetrySchedule, WaitsAsStandardWebhooksSaysAndGivesUpAfterTheTenthTry) {
  const std::int64_t delays[] = {5, 300, 1800, 7200, 18'000, 36'000, 50'400, 72'000, 86'400};
  for (std::uint32_t tries = 1; tries <= 9; ++tries) {
    const auto verdict = judge_http(answered(503), tries, kNow, 0.5);
    EXPECT_EQ(verdict.kind, Verdict::Kind::kRetry);
    EXPECT_EQ(verdict.next_attempt_at, kNow + Seconds(delays[tries - 1])) << tries;
  }
  EXPECT_EQ(judge_http(answered(503), 10, kNow, 0.5).kind, Verdict::Kind::kDead);
}

TEST(RetrySchedule, SpreadsTheDelayByATenthEachWay) {
  EXPECT_EQ(judge_http(answered(500), 2, kNow, 0.0).next_attempt_at, kNow + Seconds(270));
  EXPECT_EQ(judge_http(answered(500), 2, kNow, 1.0).next_attempt_at, kNow + Seconds(330));
}

TEST(RetrySchedule, EverySuccessfulStatusDeliversAndNoOtherDoes) {
  for (std::uint16_t status = 100; status < 600; ++status) {
    const auto kind = judge_http(answered(status), 1, kNow, 0.5).kind;
    if (status >= 200 && status < 300)
      EXPECT_EQ(kind, Verdict::Kind::kDelivered) << status;
    else if (status == 410)
      EXPECT_EQ(kind, Verdict::Kind::kDisableChannel);
    else
      EXPECT_EQ(kind, Verdict::Kind::kRetry) << status;
  }
}

TEST(RetrySchedule, ARedirectIsAFailureThatSaysSo) {
  EXPECT_NE(judge_http(answered(302), 1, kNow, 0.5).detail.find("redirect"), std::string::npos);
}

TEST(RetrySchedule, ObeysRetryAfterWhenItIsLaterAndUpToADay) {
  auto outcome = answered(429);
  outcome.retry_after = Seconds(120);
  EXPECT_EQ(judge_http(outcome, 1, kNow, 0.5).next_attempt_at, kNow + Seconds(120));
  outcome.retry_after = Seconds(1);  // never earlier than the schedule
  EXPECT_EQ(judge_http(outcome, 1, kNow, 0.5).next_attempt_at, kNow + Seconds(5));
  outcome.retry_after = Seconds(10'000'000);
  EXPECT_EQ(judge_http(outcome, 1, kNow, 0.5).next_attempt_at, kNow + kRetryAfterMax);
}

TEST(RetrySchedule, NoAnswerIsTriedAgainWithItsReason) {
  AttemptOutcome outcome;
  outcome.error = "no answer within 15 s";
  const auto verdict = judge_http(outcome, 1, kNow, 0.5);
  EXPECT_EQ(verdict.kind, Verdict::Kind::kRetry);
  EXPECT_EQ(verdict.detail, "no answer within 15 s");
}

TEST(RetrySchedule, AMailRefusedForGoodIsDeadAtOnceAndOthersAreTriedAgain) {
  EXPECT_EQ(judge_mail(answered(550), 1, kNow, 0.5).kind, Verdict::Kind::kDead);
  EXPECT_EQ(judge_mail(answered(554), 1, kNow, 0.5).kind, Verdict::Kind::kDead);
  EXPECT_EQ(judge_mail(answered(451), 1, kNow, 0.5).kind, Verdict::Kind::kRetry);
  EXPECT_EQ(judge_mail(answered(535), 1, kNow, 0.5).kind,
            Verdict::Kind::kRetry);  // our password may be mended
  auto sent = answered(250);
  sent.sent = true;
  EXPECT_EQ(judge_mail(sent, 1, kNow, 0.5).kind, Verdict::Kind::kDelivered);
}

}  // namespace
}  // namespace weir
