#include "alerts/alert_json.h"

#include <gtest/gtest.h>

#include "alerts/alert_fixture.h"
#include "alerts/alert_text.h"

namespace weir {
namespace {

constexpr AlertSecond kNow = kTestStart;

Alert full_alert() {
  Alert alert;
  alert.id = AlertId(12);
  alert.type = AlertType::kUsageSpike;
  alert.severity = AlertSeverity::kCritical;
  alert.state = AlertState::kAcknowledged;
  alert.subject = AlertSubject::key(KeyId(4));
  alert.numbers = {.rule = "hour_of_week",
                   .value = 3.25,
                   .threshold = 3,
                   .worst = 4.5,
                   .calls = 700,
                   .window_seconds = 60,
                   .baseline_kind = BaselineKind::kHourOfWeek,
                   .baseline = 60.5,
                   .series = {1, 2.5}};
  alert.started_at = at_second(kNow);
  alert.last_seen = at_second(kNow + 10);
  alert.count = 3;
  alert.escalated = 1;
  alert.silenced = true;
  alert.false_positive = true;
  alert.acknowledgement = Acknowledgement{
      .by = "ann", .comment = "on it", .at = at_second(kNow + 5), .until = at_second(kNow + 500)};
  alert.comments = {{.by = "ann", .text = "on it", .at = at_second(kNow + 5)}};
  return alert;
}

TEST(AlertJson, ARowIsReadBackAsItWas) {
  const ActiveAlert entry{.alert = full_alert(), .clear_since = kNow + 7};
  const auto read = from_row(to_row(entry));
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->alert, entry.alert);
  EXPECT_EQ(read->clear_since, entry.clear_since);
}

TEST(AlertJson, DamagedRowsAreRefused) {
  AlertRow row = to_row({.alert = full_alert(), .clear_since = {}});
  row.document.pop_back();
  EXPECT_EQ(from_row(row).error().code, ErrorCode::kCorrupt);
  row.document = "{}";
  EXPECT_EQ(from_row(row).error().code, ErrorCode::kCorrupt) << "acknowledged by nobody";
}

TEST(AlertJson, TheStateOfABookIsReadBackAsItWas) {
  AlertBook book;
  book.last_id = 9;
  book.last_silence_id = 2;
  book.overflow = 1;
  book.holding_since[{AlertType::kKeyAbuse, AlertSubject::key(KeyId(3))}] = kNow;
  book.quiet[{AlertType::kErrorRate, AlertSubject::overall()}] = {.until = kNow + 60,
                                                                  .severity = AlertSeverity::kCritical};
  Silence silence;
  silence.id = SilenceId(2);
  silence.types = {AlertType::kErrorRate};
  silence.severity = AlertSeverity::kWarning;
  silence.subject = AlertSubject::source("192.0.2.1");
  silence.from = at_second(kNow);
  silence.to = at_second(kNow + 60);
  silence.by = "ann";
  silence.comment = "works";
  book.silences = {silence};
  AlertBook read;
  EXPECT_EQ(read_state(state_document(book, kNow + 3), read).value(), kNow + 3);
  EXPECT_EQ(read.holding_since, book.holding_since);
  ASSERT_EQ(read.quiet.size(), 1U);
  EXPECT_EQ(read.quiet.begin()->second.severity, AlertSeverity::kCritical);
  EXPECT_EQ(read.silences, book.silences);
  EXPECT_EQ(state_document(read, kNow + 3), state_document(book, kNow + 3));
  EXPECT_EQ(read_state("[]", read).error().code, ErrorCode::kCorrupt);
}

TEST(AlertText, ANoticeSaysWhatIsWrongWithWhomAndWhereToReadOn) {
  AlertEvent event;
  event.at = at_second(kNow + 10);
  event.alert = full_alert();
  const AlertNames names{.endpoint = {}, .key = [](KeyId) { return std::string("billing"); }};
  const AlertNotice notice = make_notice(event, "production", names);
  EXPECT_EQ(notice.title, "key 4 (billing) makes 3.25 times its normal 60.5 calls a minute");
  EXPECT_EQ(notice.key_id, 4U);
  EXPECT_EQ(notice.runbook, "docs/alerts.md#usage_spike");
  EXPECT_EQ(notice.acknowledged_by, "ann");
}

}  // namespace
}  // namespace weir
