#include "notify/setting_words.h"

#include <gmock/gmock.h>

namespace weir {
namespace {

using ::testing::HasSubstr;

TEST(SettingWords, ATimeOfDayComesBack) {
  for (const char* text : {"00:00", "07:05", "23:59"})
    EXPECT_EQ(time_of_day_text(read_time_of_day(text).value()), text);
  for (const char* text : {"", "7:00", "24:00", "12:60", "-1:00", "12.00", "12:0a", "12:000"})
    EXPECT_FALSE(read_time_of_day(text)) << text;
}

TEST(SettingWords, AnOffsetComesBack) {
  for (const char* text : {"+00:00", "+02:00", "-05:30", "+14:00"})
    EXPECT_EQ(utc_offset_text(read_utc_offset(text).value()), text);
  EXPECT_EQ(read_utc_offset("Z").value(), 0);
  for (const char* text : {"", "02:00", "+14:01", "++2:00", "-24:00", "UTC"})
    EXPECT_FALSE(read_utc_offset(text)) << text;
}

TEST(SettingWords, WhatCannotBeReadIsNamedInPart) {
  EXPECT_EQ(read_mail_tls("ssl").error().detail, "is starttls, tls or none, not 'ssl'");
  EXPECT_THAT(read_channel_kind("pigeon").error().detail, HasSubstr("not 'pigeon'"));
  EXPECT_LT(read_channel_kind(std::string(1000, 'x')).error().detail.size(), 150U);
}

TEST(SettingWords, EveryWordIsReadAgain) {
  for (const MailTls tls : {MailTls::kStartTls, MailTls::kTls, MailTls::kNone})
    EXPECT_EQ(read_mail_tls(to_string(tls)).value(), tls);
  EXPECT_EQ(default_mail_port(MailTls::kTls), 465);
  EXPECT_EQ(default_mail_port(MailTls::kStartTls), 587);
}

}  // namespace
}  // namespace weir
