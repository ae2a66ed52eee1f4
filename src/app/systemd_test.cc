#include "app/systemd.h"

#include <map>

#include <gtest/gtest.h>

namespace weir {
namespace {

EnvironmentLookup from(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto it = values.find(name);
    return it == values.end() ? std::nullopt : std::optional(it->second);
  };
}

TEST(Systemd, TakesTheSocketsByTheirNames) {
  const auto sockets = inherited_sockets(
      from({{"LISTEN_PID", "7"}, {"LISTEN_FDS", "2"}, {"LISTEN_FDNAMES", "admin:weir.socket"}}), 7);
  ASSERT_TRUE(sockets);
  EXPECT_EQ(sockets->admin->fd, 3);
  EXPECT_EQ(sockets->gateway->fd, 4);
}

TEST(Systemd, ALoneSocketIsTheGateways) {
  const auto sockets = inherited_sockets(from({{"LISTEN_PID", "7"}, {"LISTEN_FDS", "1"}}), 7);
  ASSERT_TRUE(sockets);
  EXPECT_EQ(sockets->gateway->fd, 3);
  EXPECT_FALSE(sockets->admin);
}

TEST(Systemd, SocketsOfAnotherProcessAreLeftAlone) {
  const auto sockets = inherited_sockets(from({{"LISTEN_PID", "8"}, {"LISTEN_FDS", "1"}}), 7);
  ASSERT_TRUE(sockets);
  EXPECT_FALSE(sockets->gateway);
}

TEST(Systemd, MoreSocketsThanPurposesAreRefused) {
  EXPECT_FALSE(inherited_sockets(from({{"LISTEN_PID", "7"}, {"LISTEN_FDS", "3"}}), 7));
  EXPECT_FALSE(inherited_sockets(from({{"LISTEN_PID", "7"}, {"LISTEN_FDS", "2"}}), 7));
}

}  // namespace
}  // namespace weir
