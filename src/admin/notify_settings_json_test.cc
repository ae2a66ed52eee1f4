#include "admin/notify_settings_json.h"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include "admin/json_document.h"
#include "notify/settings_json.h"

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kEverything = R"({
  "channels": [
    {"name": "hook", "type": "webhook", "url": "https://a.example/h1dden", "secret": ["whsec_new", "whsec_old"], "token": "t0ken"},
    {"name": "chat", "type": "slack", "url": "https://hooks.example/hidden"},
    {"name": "mail", "type": "email", "smtp_host": "smtp.example", "tls": "tls", "username": "weir", "password": "pa55",
     "from": "weir@a.example", "to": ["ops@a.example"]},
    {"name": "pager", "type": "pagerduty", "routing_key": "r0ute"}],
  "routes": [{"types": ["error_rate"], "severities": ["critical"], "subjects": ["/pay*"], "channels": ["hook"],
              "recipients": ["pay@a.example"], "continue": true}],
  "quiet_hours": {"from": "22:00", "to": "07:00", "utc_offset": "+02:00", "channels": ["chat"]},
  "grouping": {"wait_seconds": 5, "interval_seconds": 60, "repeat_seconds": 7200, "messages_max": 4},
  "digest": {"channel": "mail", "recipients": ["boss@a.example"], "weekday": "friday", "time": "17:30", "utc_offset": "-05:30"}})";

struct Read {
  NotifySettings settings;
  std::string problem = "none";
};

Read read(std::string_view text, const NotifySettings& held = {}) {
  const auto document = parse_json_document(text).value();
  FieldProblems problems;
  ObjectReader body(document, problems);
  Read out{.settings = read_notify_settings(body, held)};
  body.finish();
  if (auto result = problems.result(); !result) out.problem = result.error().detail;
  return out;
}

/// One channel of `held`, as `fields` have it.
Read read_channel(const std::string& fields, const NotifySettings& held) {
  return read(R"({"channels": [{)" + fields + "}]}", held);
}

NotifySettings everything() {
  return read(kEverything).settings;
}

constexpr const char* kHook = R"("name": "hook", "type": "webhook", "url": "https://a.example/h1dden")";

TEST(NotifySettingsJson, ComesBackFromWhatIsStored) {
  const auto settings = everything();
  EXPECT_EQ(read(kEverything).problem, "none");
  EXPECT_EQ(settings.channels[2].smtp_port, 465);
  const auto again = parse_notify_settings(to_json(settings), secrets_document(settings));
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(*again, settings);
  EXPECT_EQ(parse_notify_settings(to_json(NotifySettings()), "").value(), NotifySettings());
}

TEST(NotifySettingsJson, ShowsNoSecret) {
  const std::string shown = boost::json::serialize(to_json(everything()));
  for (const char* secret : {"whsec_", "t0ken", "h1dden", "hidden", "pa55", "r0ute"})
    EXPECT_THAT(shown, Not(HasSubstr(secret)));
  EXPECT_THAT(shown, HasSubstr(R"("url":"https://hooks.example/***")"));
}

TEST(NotifySettingsJson, AUrlAsItIsShownIsTheHeldOne) {
  const auto held = everything();
  const auto of = [&](const std::string& url) {
    return read_channel(R"("name": "hook", "type": "webhook")" + url, held);
  };
  for (const char* url : {R"(, "url": "https://a.example/***")", R"(, "url": "***")", ""}) {
    EXPECT_EQ(of(url).problem, "none") << url;
    EXPECT_EQ(of(url).settings.channels[0], held.channels[0]) << url;
  }
  EXPECT_THAT(of(R"(, "url": "https://b.example/***")").problem,
              HasSubstr("channels[0].url: *** stands for the rest of a URL that goes elsewhere"));
  EXPECT_THAT(
      read_channel(R"("name": "new", "type": "webhook", "url": "https://a.example/***")", held).problem,
      HasSubstr("channels[0].url: *** stands for a secret that is there already, but no channel"));
}

TEST(NotifySettingsJson, OfAUrlSchemeAndHostAreShown) {
  EXPECT_EQ(masked_url("https://a.example:8443/hook?key=1"), "https://a.example:8443/***");
  EXPECT_EQ(masked_url("https://[2001:db8::1]?key=1"), "https://[2001:db8::1]/***");
  EXPECT_EQ(masked_url("https://a.example/***"), "https://a.example/***");
  EXPECT_EQ(masked_url("https://a.example/"), "https://a.example/");
  EXPECT_EQ(masked_url("https://a.example"), "https://a.example");
  EXPECT_EQ(masked_url("***"), "***");
}

TEST(NotifySettingsJson, WhatWasShownMeansTheSameWhenItIsSentBack) {
  const auto settings = everything();
  const auto again = read(boost::json::serialize(to_json(settings)), settings);
  EXPECT_EQ(again.problem, "none");
  EXPECT_EQ(again.settings, settings);
}

TEST(NotifySettingsJson, ASectionThatIsMissingStays) {
  auto wanted = everything();
  wanted.digest.reset();
  EXPECT_EQ(read(R"({"digest": null})", everything()).settings, wanted);
  wanted = everything();
  wanted.quiet_hours.reset();
  EXPECT_EQ(read(R"({"quiet_hours": null})", everything()).settings, wanted);
  EXPECT_EQ(read("{}", everything()).settings, everything());
}

TEST(NotifySettingsJson, ASigningKeyMayStayWhileItRotates) {
  const auto held = everything();
  const auto of = [&](const std::string& secret) {
    const auto got = read_channel(std::string(kHook) + R"(, "secret": )" + secret, held);
    EXPECT_EQ(got.problem, "none");
    return got.settings.channels[0].secrets;
  };
  EXPECT_THAT(of(R"(["whsec_newer", "***"])"), ElementsAre("whsec_newer", "whsec_new"));
  EXPECT_THAT(of(R"("***")"), ElementsAre("whsec_new"));
  EXPECT_THAT(read_channel(std::string(kHook) + R"(, "secret": ["***", "***", "***"])", held).problem,
              HasSubstr("channels[0].secret: *** stands for a secret that is there already"));
}

TEST(NotifySettingsJson, WhatIsSentIsKeptForTheSameReceiverOnly) {
  const auto held = everything();
  EXPECT_EQ(read_channel(kHook, held).settings.channels[0].token, "t0ken");
  const std::string elsewhere = R"("name": "hook", "type": "webhook", "url": "https://b.example/h")";
  EXPECT_THAT(read_channel(elsewhere, held).problem,
              HasSubstr("channels[0].token: must be given again (or null), as url changes"));
  EXPECT_EQ(read_channel(elsewhere + R"(, "token": null)", held).problem, "none");
  EXPECT_EQ(read_channel(elsewhere + R"(, "token": "other")", held).settings.channels[0].token, "other");
  const auto mail = read_channel(
      R"("name": "mail", "type": "email", "smtp_host": "evil.example", "tls": "tls", "username": "weir")",
      held);
  EXPECT_THAT(mail.problem, HasSubstr("channels[0].password: must be given again"));
}

TEST(NotifySettingsJson, ASecretIsOfTheSameNameAndType) {
  const auto held = everything();
  EXPECT_THAT(
      read_channel(R"("name": "hook", "type": "alertmanager", "url": "https://a.example/h", "token": "***")",
                   held)
          .problem,
      HasSubstr("no channel of that name and type alertmanager has one to keep (channel 'hook')"));
  EXPECT_THAT(read_channel(R"("name": "new", "type": "slack", "url": "***")", held).problem,
              HasSubstr("channels[0].url"));
}

TEST(NotifySettingsJson, NamesWhatIsWrongAndNeverASecret) {
  EXPECT_THAT(read(R"({"grouping": {"wait_seconds": 3601}})").problem,
              HasSubstr("grouping.wait_seconds: must be a whole number from 0 to 3600, but is 3601"));
  EXPECT_THAT(read(R"({"quiet_hours": {"from": "9", "to": "10:00"}})").problem,
              HasSubstr("quiet_hours.from: is a time of day like 22:00, not '9'"));
  EXPECT_THAT(read(R"({"digest": {"channel": "mail", "weekday": "mon"}})").problem,
              HasSubstr("digest.weekday: is a day of the week like monday, not 'mon'"));
  EXPECT_THAT(read(R"({"channels": [{"name": "a", "type": "pigeon"}]})").problem,
              HasSubstr("channels[0].type: is webhook, slack"));
  EXPECT_THAT(read(R"({"channels": [{"name": "a", "type": "slack", "secret": "whsec_x"}]})").problem,
              HasSubstr("channels[0].secret: is not a known field"));
  EXPECT_THAT(read(R"({"channels": [{"name": "a", "type": "slack", "url": "https://a.example/x"},
                                    {"name": "a", "type": "slack", "url": "https://b.example/x"}]})")
                  .problem,
              HasSubstr("channels[1].name: there are two of that name"));
  const std::string long_key(5000, 'k');
  const auto problem = read_channel(std::string(kHook) + R"(, "secret": ")" + long_key + '"', {}).problem;
  EXPECT_THAT(problem, HasSubstr("channels[0].secret"));
  EXPECT_THAT(problem, Not(HasSubstr("kkkk")));
}

}  // namespace
}  // namespace weir
