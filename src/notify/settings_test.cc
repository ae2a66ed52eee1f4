#include "notify/settings.h"

#include <gmock/gmock.h>

#include "notify/base64.h"
#include "notify/mail_address.h"

namespace weir {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ChannelSettings webhook() {
  ChannelSettings channel;
  channel.name = "hook";
  channel.url = "https://example.com/hook";
  channel.secrets = {"whsec_" + to_base64(std::string(32, 'k'))};
  return channel;
}

ChannelSettings mail() {
  ChannelSettings channel;
  channel.name = "mail";
  channel.kind = ChannelKind::kEmail;
  channel.smtp_host = "smtp.example.com";
  channel.from = "weir@example.com";
  channel.to = {"ops@example.com"};
  return channel;
}

TEST(NotifySettings, TakesWhatIsComplete) {
  NotifySettings settings;
  settings.channels = {webhook(), mail()};
  settings.routes.resize(1);
  settings.routes[0].channels = {"hook", "mail"};
  EXPECT_THAT(problems_of(settings), IsEmpty());
}

TEST(NotifySettings, NamesWhatIsMissingAndWhatDoesNotBelong) {
  auto broken = webhook();
  broken.secrets.clear();
  broken.routing_key = "key";
  EXPECT_THAT(problems_of(broken, 0, false),
              Contains(HasSubstr("channels[0].secret: a channel of type webhook needs it (channel 'hook')")));
  EXPECT_THAT(problems_of(broken, 0, false), Contains(HasSubstr("routing_key")));
  auto mailless = mail();
  mailless.to.clear();
  mailless.username = "weir";
  EXPECT_THAT(problems_of(mailless, 0, false), Contains(HasSubstr("to: a channel of type email needs it")));
  EXPECT_THAT(problems_of(mailless, 0, false), Contains(HasSubstr("password")));
}

TEST(NotifySettings, ADigestGoesToAChannelOfMail) {
  NotifySettings settings;
  settings.channels = {webhook(), mail()};
  settings.digest = DigestSettings{.channel = "mail", .recipients = {"ops@example.com"}};
  EXPECT_THAT(problems_of(settings), IsEmpty());
  settings.digest->channel = "hook";
  settings.digest->recipients = {"ops"};
  EXPECT_THAT(problems_of(settings),
              ElementsAre("digest.channel: must be of type email, but 'hook' is of type "
                          "webhook",
                          "digest.recipients: 'ops' is not a mail address"));
  settings.digest = DigestSettings{.channel = "post", .recipients = {}};
  EXPECT_THAT(problems_of(settings), ElementsAre("digest.channel: there is no channel 'post'"));
}

TEST(NotifySettings, APasswordIsNotSentInTheClear) {
  auto channel = mail();
  channel.username = "weir";
  channel.password = "of a test";
  EXPECT_THAT(problems_of(channel, 0, false), IsEmpty());
  channel.tls = MailTls::kNone;
  EXPECT_THAT(problems_of(channel, 0, false), Contains(HasSubstr("in the clear")));
}

TEST(NotifySettings, RefusesPrivateTargetsUnlessAllowed) {
  auto channel = webhook();
  channel.url = "http://127.0.0.1:9000/";
  EXPECT_THAT(problems_of(channel, 0, false), Contains(HasSubstr("loopback")));
  EXPECT_THAT(problems_of(channel, 0, true), IsEmpty());
  auto relay = mail();
  relay.smtp_host = "10.0.0.25";
  EXPECT_THAT(problems_of(relay, 0, false), Contains(HasSubstr("smtp_host")));
}

TEST(NotifySettings, NamesAreUniqueAndRoutesNameChannelsThereAre) {
  NotifySettings settings;
  settings.channels = {webhook(), webhook()};
  settings.routes.resize(1);
  settings.routes[0].channels = {"pager"};
  EXPECT_THAT(problems_of(settings),
              Contains(HasSubstr("channels[1].name: there are two of that name (channel 'hook')")));
  EXPECT_THAT(problems_of(settings), Contains(HasSubstr("there is no channel 'pager'")));
}

TEST(MailAddress, TakesAddressesAndNothingThatEndsALine) {
  for (const char* good : {"a@b", "first.last+tag@sub.example.com", "o'neil@example.com"})
    EXPECT_TRUE(is_mail_address(good)) << good;
  for (const char* bad : {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\r\nRCPT TO:<x@y>", "a@b>", "<a@b>",
                          "\"a\"@b", "a@b,c@d", "-a@b", "a@b\xC3\xAB"})
    EXPECT_FALSE(is_mail_address(bad)) << bad;
}

}  // namespace
}  // namespace weir
