#include "notify/render.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "notify/base64.h"
#include "notify/email.h"
#include "notify/slack.h"
#include "notify/webhook.h"
#include "notify/webhook_signature.h"

namespace weir {
namespace {

namespace json = boost::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr UtcTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{10}};
// The example of the standard's reference implementations.
constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

Message message() {
  AlertNotice alert;
  alert.alert_id = 7;
  alert.alert_type = "error_rate";
  alert.severity = "critical";
  alert.state = "firing";
  alert.subject_kind = "endpoint";
  alert.subject = "/orders/{id}";
  alert.environment = "production";
  alert.title = "Error rate of /orders/{id} is 12.5 %";
  alert.summary = "10 of 80 calls failed";
  alert.value = 12.5;
  alert.threshold = 10;
  alert.unit = "%";
  alert.started_at = alert.updated_at = kNow - Seconds(60);
  alert.runbook = "docs/alerts.md#error_rate";
  Message message;
  message.id = "msg_2";
  message.thread_id = "msg_1";
  message.type = "alert.firing";
  message.at = kNow;
  message.environment = "production";
  message.group = "error_rate";
  message.severity = "critical";
  message.status = "firing";
  message.alerts = {alert};
  message.alerts_total = 1;
  message.still_firing = 1;
  return message;
}

ChannelSettings channel(ChannelKind kind) {
  ChannelSettings channel;
  channel.name = "ops";
  channel.kind = kind;
  channel.url = "https://example.com/hook";
  channel.secrets = {kSecret};
  channel.routing_key = "routing-key-of-a-test";
  channel.smtp_host = "mail.example.com";
  channel.from = "weir@example.com";
  channel.to = {"ada@example.com", "bob@example.com"};
  return channel;
}

HttpPost post_of(ChannelKind kind, const Message& what) {
  return std::get<HttpPost>(render(channel(kind), what, kNow));
}

TEST(Email, ALetterIsSentAsItIsWritten) {
  Message letter = message();
  letter.alerts.clear();
  letter.letter = Letter{.subject = "a week", .text = "words of it", .html = "<p>words</p>"};
  const Mail mail = std::get<Mail>(render(channel(ChannelKind::kEmail), letter, kNow));
  EXPECT_THAT(mail.text, HasSubstr("Subject: a week\r\n"));
  EXPECT_THAT(mail.text, HasSubstr(to_base64("words of it")));
  EXPECT_THAT(mail.text, HasSubstr(to_base64("<p>words</p>")));
}

TEST(WebhookSignature, IsTheOneOfTheStandardsExample) {
  const std::vector<std::string> secrets{kSecret};
  EXPECT_EQ(webhook_signature(secrets, "msg_p5jXN8AQM9LWM0D4loKWxJek", UtcTime(Seconds(1614265330)),
                              R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, SignsWithEverySecretWhileOneRotates) {
  const std::vector<std::string> secrets{kSecret, "whsec_" + to_base64(std::string(32, 'x'))};
  const auto both = webhook_signature(secrets, "msg_1", kNow, "{}");
  EXPECT_THAT(both, HasSubstr(" v1,"));
  EXPECT_THAT(both, StartsWith(webhook_signature(std::span(secrets).first(1), "msg_1", kNow, "{}")));
}

TEST(WebhookSignature, TakesSecretsOfTwentyFourToSixtyFourBytesOnlyAndNeverQuotesThem) {
  EXPECT_TRUE(webhook_key("whsec_" + to_base64(std::string(24, 'a'))));
  EXPECT_TRUE(webhook_key("whsec_" + to_base64(std::string(64, 'a'))));
  for (const std::string& wrong :
       {"whsec_" + to_base64(std::string(23, 'a')), "whsec_" + to_base64(std::string(65, 'a')),
        to_base64(std::string(32, 'a')), std::string("whsec_"),
        std::string("whsec_not*base64not*base64not*base64!")}) {
    const auto refused = webhook_key(wrong);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().detail.find(to_base64("aaa")), std::string::npos);
  }
}

TEST(Webhook, CarriesTheStandardsHeadersAndShape) {
  const auto post = post_of(ChannelKind::kWebhook, message());
  EXPECT_THAT(post.headers, Contains("webhook-id: msg_2"));
  EXPECT_THAT(post.headers, Contains("webhook-timestamp: 1795428000"));
  const auto body = json::parse(post.body);
  EXPECT_EQ(body.at("type"), "alert.firing");
  EXPECT_EQ(body.at("timestamp"), "2026-11-23T10:00:00.000000Z");
  EXPECT_EQ(body.at("data").at("alerts").at(0).at("subject"), "/orders/{id}");
  EXPECT_EQ(body.as_object().size(), 3U);
}

TEST(Webhook, StaysBelowTwentyThousandBytesByCountingWhatDoesNotFit) {
  auto large = message();
  large.alerts.assign(kMessageAlertsMax, large.alerts[0]);
  for (auto& alert : large.alerts)
    alert.summary = alert.comment = std::string(500, '\x01');  // six bytes each
  large.alerts_total = 400;
  const auto text = webhook_body(large);
  EXPECT_LT(text.size(), kWebhookBodyMax);
  const auto body = json::parse(text);
  EXPECT_GT(body.at("data").at("alerts").as_array().size(), 0U);
  EXPECT_EQ(body.at("data").at("alerts_total"), 400);
}

TEST(Slack, EscapesWhatWouldBecomeALinkOrAMention) {
  auto hostile = message();
  hostile.alerts[0].subject = "<!channel> & <https://evil.test|click>";
  const auto post = post_of(ChannelKind::kSlack, hostile);
  EXPECT_THAT(post.body, HasSubstr("&lt;!channel&gt; &amp; &lt;https://evil.test|click&gt;"));
  EXPECT_THAT(post.body, Not(HasSubstr("<!channel>")));
  EXPECT_THAT(post.body, Not(HasSubstr("<https:")));
}

TEST(Slack, KeepsWithinTheBoundsOfBlockKit) {
  auto large = message();
  large.alerts.assign(kMessageAlertsMax, large.alerts[0]);
  for (auto& alert : large.alerts) {
    alert.title = alert.subject = alert.runbook = std::string(300, '<');
    alert.summary = alert.comment = std::string(500, '&');
  }
  large.alerts_total = 10'000;
  const auto body = json::parse(post_of(ChannelKind::kSlack, large).body);
  EXPECT_FALSE(body.at("text").as_string().empty());
  const auto& blocks = body.at("blocks").as_array();
  EXPECT_LE(blocks.size(), 50U);
  EXPECT_LE(blocks.at(0).at("text").at("text").as_string().size(), 150U);
  for (std::size_t i = 1; i + 1 < blocks.size(); ++i)
    EXPECT_LE(blocks.at(i).at("text").at("text").as_string().size(), 3000U);
  EXPECT_THAT(json::serialize(blocks.back()), HasSubstr("and 9,980 more"));
}

TEST(Alertmanager, HasTheShapeOfVersionFour) {
  auto resolved = message();
  resolved.status = resolved.alerts[0].state = "resolved";
  resolved.alerts[0].resolved_at = kNow;
  resolved.alerts_total = 3;
  const auto body = json::parse(post_of(ChannelKind::kAlertmanager, resolved).body);
  EXPECT_EQ(body.at("version"), "4");
  EXPECT_EQ(body.at("status"), "resolved");
  EXPECT_EQ(body.at("receiver"), "ops");
  EXPECT_EQ(body.at("truncatedAlerts"), 2);
  EXPECT_EQ(body.at("commonLabels").at("alertname"), "error_rate");
  const auto& alert = body.at("alerts").at(0);
  EXPECT_EQ(alert.at("endsAt"), "2026-11-23T10:00:00.000000Z");
  EXPECT_EQ(alert.at("fingerprint"), "0000000000000007");
  const auto firing = json::parse(post_of(ChannelKind::kAlertmanager, message()).body);
  EXPECT_EQ(firing.at("alerts").at(0).at("endsAt"), "0001-01-01T00:00:00Z");
}

TEST(PagerDuty, TriggersAcknowledgesAndResolvesOneIncident) {
  const auto trigger = json::parse(post_of(ChannelKind::kPagerDuty, message()).body);
  EXPECT_EQ(trigger.at("event_action"), "trigger");
  EXPECT_EQ(trigger.at("dedup_key"), "msg_1");
  EXPECT_EQ(trigger.at("payload").at("severity"), "critical");
  EXPECT_EQ(trigger.at("payload").at("source"), "production");
  auto later = message();
  later.status = "acknowledged";
  EXPECT_EQ(json::parse(post_of(ChannelKind::kPagerDuty, later).body).at("event_action"), "acknowledge");
  later.status = "resolved";
  const auto resolve = json::parse(post_of(ChannelKind::kPagerDuty, later).body);
  EXPECT_EQ(resolve.at("event_action"), "resolve");
  EXPECT_EQ(resolve.at("dedup_key"), "msg_1");
  EXPECT_FALSE(resolve.as_object().contains("payload"));
}

std::string header_of(const std::string& mail) {
  return mail.substr(0, mail.find("\r\n\r\n"));
}

TEST(Email, IsOneThreadAnIncidentWithAMessageIdThatStays) {
  const auto mail = std::get<Mail>(render(channel(ChannelKind::kEmail), message(), kNow));
  const auto later = std::get<Mail>(render(channel(ChannelKind::kEmail), message(), kNow + Seconds(300)));
  EXPECT_EQ(mail.text, later.text);
  const auto header = header_of(mail.text);
  EXPECT_THAT(header, HasSubstr("\r\nMessage-ID: <msg_2@example.com>\r\n"));
  EXPECT_THAT(header, HasSubstr("\r\nReferences: <msg_1@example.com>\r\n"));
  EXPECT_THAT(header, HasSubstr("\r\nTo: ada@example.com,\r\n bob@example.com\r\n"));
  EXPECT_THAT(header, StartsWith("Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n"));
  auto first = message();
  first.thread_id = first.id;
  EXPECT_THAT(header_of(std::get<Mail>(render(channel(ChannelKind::kEmail), first, kNow)).text),
              Not(HasSubstr("References")));
}

TEST(Email, NoTextBeginsAHeaderOfItsOwn) {
  auto hostile = message();
  hostile.alerts[0].title = "fine\r\nBcc: everybody@example.com\r\n\r\n<b>body</b>";
  const auto mail = std::get<Mail>(render(channel(ChannelKind::kEmail), hostile, kNow));
  EXPECT_THAT(header_of(mail.text), Not(HasSubstr("\nBcc:")));
  EXPECT_THAT(header_of(mail.text), HasSubstr("Subject: [production] CRITICAL: fine  Bcc: everybody"));
}

TEST(Email, OtherAlphabetsBecomeEncodedWordsOfWholeCharacters) {
  EXPECT_EQ(encoded_header("plain subject"), "plain subject");
  EXPECT_EQ(encoded_header("Zo\xC3\xAB"), "=?UTF-8?B?Wm/Dqw==?=");
  EXPECT_EQ(encoded_header("=?UTF-8?B?WA==?="), "=?UTF-8?B?" + to_base64("=?UTF-8?B?WA==?=") + "?=");
  std::string accents;
  for (int i = 0; i < 60; ++i) accents += "\xC3\xAB";
  std::string decoded;
  std::string rest = encoded_header(accents);
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find("\r\n "));
    EXPECT_LE(line.size(), 75U);
    const auto text = from_base64(line.substr(10, line.size() - 12));
    ASSERT_TRUE(text);
    EXPECT_EQ(text->size() % 2, 0U);
    decoded += *text;
    rest = line.size() == rest.size() ? "" : rest.substr(line.size() + 3);
  }
  EXPECT_EQ(decoded, accents);
}

TEST(Base64, GivesBackWhatItWasGivenAndTakesNothingElse) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    bytes += static_cast<char>(i * 7);
  }
  for (const char* wrong : {"A", "AA", "AAA", "AA=A", "=AAA", "AAB=", " AAA", "AAA\n", "A_A-"})
    EXPECT_FALSE(from_base64(wrong)) << wrong;
}

}  // namespace
}  // namespace weir
