#include "store/notification_json.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace weir {
namespace {

AlertNotice full_notice() {
  AlertNotice notice;
  notice.alert_id = 0xFFFF'FFFF'FFFF'FFFFULL;
  notice.alert_type = "error_rate";
  notice.severity = "critical";
  notice.state = "resolved";
  notice.subject_kind = "endpoint";
  notice.subject = "/users/{id}\n\"quoted\" – Zoë";
  notice.key_id = 0xFFFF'FFFF;
  notice.environment = "production";
  notice.title = "Error rate";
  notice.summary = "12.5 % of 80 calls failed";
  notice.value = 12.5;
  notice.threshold = 10;
  notice.unit = "%";
  notice.window = Seconds(300);
  notice.count = 7;
  notice.started_at = UtcTime(Micros(1'795'000'000'123'456));
  notice.updated_at = notice.started_at + Seconds(60);
  notice.resolved_at = notice.started_at + Seconds(120);
  notice.acknowledged_by = "ada";
  notice.comment = "looking";
  notice.runbook = "docs/alerts.md#error_rate";
  return notice;
}

TEST(NotificationJson, GivesBackEveryFieldOfAnEvent) {
  OutboxEvent event;
  event.type = "alert.resolved";
  event.at = UtcTime(Micros(1'795'000'000'000'001));
  event.alert = full_notice();
  event.channels = {"pager", "mail"};
  event.recipients = {"ops@example.com"};
  const auto read = parse_outbox_event(boost::json::serialize(to_json(event)));
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(*read, event);
}

TEST(NotificationJson, GivesBackEveryFieldOfAMessage) {
  Message message;
  message.id = "msg_2";
  message.thread_id = "msg_1";
  message.type = "alert.firing";
  message.at = UtcTime(Micros(1));
  message.environment = "staging";
  message.group = "error_rate";
  message.severity = "warning";
  message.status = "firing";
  message.repeat = true;
  message.alerts = {full_notice(), AlertNotice{}};
  message.alerts_total = 10'000;
  message.still_firing = 9'999;
  message.recipients = {"a@example.com"};
  const auto read = parse_message(boost::json::serialize(to_json(message)));
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(*read, message);
}

TEST(NotificationJson, GivesBackALetterAndKnowsMessagesWithoutOne) {
  Message message;
  EXPECT_FALSE(to_json(message).contains("letter"));
  message.letter = Letter{.subject = "a week", .text = "line\nline", .html = "<p>"};
  EXPECT_EQ(parse_message(boost::json::serialize(to_json(message))).value(), message);
  EXPECT_EQ(parse_message(R"({"letter":{"text":7}})").error().code, ErrorCode::kCorrupt);
}

TEST(NotificationJson, PassesOverFieldsOfALaterVersionAndKeepsDefaultsForMissingOnes) {
  const auto read = parse_outbox_event(R"({"type":"alert.firing","later":{"x":[1]}})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->type, "alert.firing");
  EXPECT_EQ(read->alert, AlertNotice{});
}

TEST(NotificationJson, NamesTheFieldThatIsOfAnotherType) {
  const auto read = parse_message(R"({"id":"msg_1","alerts_total":-3})");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(read.error().detail.find("alerts_total"), std::string::npos);
  EXPECT_EQ(parse_message("{\"id\":").error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(parse_message("[]").error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(parse_outbox_event(R"({"alert":{"started_at":"yesterday"}})").error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace weir
