#include "net/response_parser.h"

#include <string>

#include <gtest/gtest.h>

#include "net/framing_testing.h"

namespace weir::net {
namespace {

using namespace std::string_literals;

struct Parsed {
  explicit Parsed(std::string bytes, std::string_view method = "GET") : message(std::move(bytes)) {
    status = parse_response_head(scanner, message, {}, method, head);
  }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;

  std::string message;
  HeadScanner scanner;
  ResponseHead head;
  ParseStatus status;
};

TEST(ResponseParser, ReadsAStatusLineAndFields) {
  const Parsed parsed("HTTP/1.1 404 Not Found \xC3\xA9\r\nContent-Length: 3\r\nServer: x\r\n\r\nabc");
  ASSERT_TRUE(parsed.status.complete()) << parsed.status.reason;
  EXPECT_EQ(parsed.status.consumed, parsed.message.size() - 3);
  EXPECT_EQ(parsed.head.status, 404);
  EXPECT_EQ(parsed.head.reason, "Not Found \xC3\xA9");
  EXPECT_EQ(parsed.head.framing, Framing::kLength);
  EXPECT_EQ(parsed.head.content_length, 3U);
  EXPECT_TRUE(parsed.head.keep_alive);
  EXPECT_EQ(parsed.head.headers.size(), 2U);
}

TEST(ResponseParser, AcceptsAMissingReason) {
  EXPECT_TRUE(Parsed("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n").status.complete());
  EXPECT_TRUE(Parsed("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n").status.complete());
}

TEST(ResponseParser, AnAnswerWithoutFramingEndsWithItsConnection) {
  const Parsed parsed("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(parsed.head.framing, Framing::kUntilClose);
  EXPECT_FALSE(parsed.head.keep_alive);
}

TEST(ResponseParser, DecidesWhetherTheConnectionIsKept) {
  EXPECT_TRUE(Parsed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").head.keep_alive);
  EXPECT_FALSE(Parsed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").head.keep_alive);
  EXPECT_FALSE(Parsed("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").head.keep_alive);
  EXPECT_TRUE(
      Parsed("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n").head.keep_alive);
}

TEST(ResponseParser, AnswersToHeadHaveNoBodyButMayDeclareItsLength) {
  const Parsed length("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "HEAD");
  EXPECT_EQ(length.head.framing, Framing::kNone);
  EXPECT_EQ(length.head.content_length, 1000U);
  EXPECT_TRUE(length.head.keep_alive);
  EXPECT_EQ(Parsed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HEAD").head.framing,
            Framing::kNone);
  EXPECT_EQ(Parsed("HTTP/1.1 200 OK\r\n\r\n", "HEAD").head.framing, Framing::kNone);
}

TEST(ResponseParser, SomeStatusesHaveNoBody) {
  EXPECT_EQ(Parsed("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n").head.framing, Framing::kNone);
  EXPECT_EQ(Parsed("HTTP/1.1 204 No Content\r\n\r\n").head.framing, Framing::kNone);
  EXPECT_EQ(Parsed("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n").head.framing, Framing::kNone);
  const Parsed interim("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(interim.head.framing, Framing::kNone);
  EXPECT_TRUE(interim.head.keep_alive);
  EXPECT_EQ(interim.status.consumed, 25U);
}

TEST(ResponseParser, ReadsUpgrade) {
  const Parsed parsed(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_EQ(parsed.head.upgrade, "websocket");
  EXPECT_EQ(parsed.head.framing, Framing::kNone);
}

class ResponseSmuggling : public ::testing::TestWithParam<std::string> {};

TEST_P(ResponseSmuggling, IsRefusedAtOnceAndByteByByte) {
  const std::string& message = GetParam();
  const std::string whole = testing::parse_response(message, testing::all_at_once(message));
  EXPECT_EQ(whole.substr(0, 4), "502 ") << whole;
  EXPECT_EQ(testing::parse_response(message, testing::byte_by_byte(message)), whole);
}

std::string ok_with(const std::string& fields) {
  return "HTTP/1.1 200 OK\r\n" + fields + "\r\n";
}

INSTANTIATE_TEST_SUITE_P(
    StatusLine, ResponseSmuggling,
    ::testing::Values("\r\nHTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 \r\n\r\n",
                      "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
                      "HTTP/1.1 099 X\r\n\r\n", "HTTP/1.1 600 X\r\n\r\n", "HTTP/1.1 999 X\r\n\r\n",
                      "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1\t200 OK\r\n\r\n", "HTTP/1.1 200\tOK\r\n\r\n",
                      "HTTP/1.1 200 O\x01K\r\n\r\n", "http/1.1 200 OK\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n",
                      "HTTP/1.2 200 OK\r\n\r\n", "HTTP/1.11 200 OK\r\n\r\n", "ICY 200 OK\r\n\r\n",
                      "<html>\r\n", "200 OK\r\n\r\n", "HTTP/1.1 200 OK\n\n", "HTTP/1.1 +20 OK\r\n\r\n",
                      "HTTP/1.1 -20 OK\r\n\r\n"));

INSTANTIATE_TEST_SUITE_P(
    Fields, ResponseSmuggling,
    ::testing::Values(
        ok_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
        ok_with("Content-Length: 5\r\nContent-Length: 5\r\n"), ok_with("Content-Length: 5, 5\r\n"),
        ok_with("Content-Length: 5\r\nContent-Length: 6\r\n"), ok_with("Content-Length: +5\r\n"),
        ok_with("Content-Length:\r\n"), ok_with("Content-Length: 9223372036854775808\r\n"),
        ok_with("Transfer-Encoding: gzip, chunked\r\n"), ok_with("Transfer-Encoding: identity\r\n"),
        ok_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        ok_with("Transfer-Encoding: chunked, chunked\r\n"),
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", ok_with("X : y\r\n"),
        ok_with("X: y\r\n z\r\n"), ok_with("X: a\nY: b\r\n"), ok_with("X: a\rY: b\r\n"),
        ok_with("X: a\x00"
                "b\r\n"s),
        ok_with(": y\r\n"), ok_with("X\r\n"), ok_with("\x80: y\r\n"), ok_with("Connection: a b\r\n"),
        "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 101 Switching\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        ok_with("X: " + std::string(40'000, 'x') + "\r\n"), "HTTP/1.1 200 " + std::string(40'000, 'x')));

TEST(ResponseParser, GivesTheSameResultAtEverySplit) {
  for (const std::string& message :
       {"HTTP/1.1 200 OK\r\nConnection: close, x\r\nX: \t y\r\nContent-Length: 5\r\n\r\n12345"s,
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"s,
        "HTTP/1.1 200 OK\r\nX: y\nZ: a\r\n\r\n"s}) {
    const std::string whole = testing::parse_response(message, testing::all_at_once(message));
    for (std::size_t split = 1; split < message.size(); ++split) {
      EXPECT_EQ(testing::parse_response(message, {split, message.size()}), whole)
          << message << " at " << split;
    }
    EXPECT_EQ(testing::parse_response(message, testing::byte_by_byte(message)), whole) << message;
  }
}

TEST(ResponseParser, RefusesTooManyFields) {
  std::string fields;
  for (int i = 0; i < 100; ++i) fields += "A: b\r\n";
  EXPECT_TRUE(Parsed(ok_with(fields)).status.complete());
  EXPECT_TRUE(Parsed(ok_with(fields + "A: b\r\n")).status.failed());
}

}  // namespace
}  // namespace weir::net
