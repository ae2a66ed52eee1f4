#include "net/request_parser.h"

#include <gtest/gtest.h>

#include "net/framing_testing.h"

namespace weir::net {
namespace {

using testing::all_at_once;
using testing::byte_by_byte;
using testing::parse_request;

// A message, its bytes, and what the parser says of it.
struct Parsed {
  explicit Parsed(std::string bytes, const HeadLimits& limits = {}) : message(std::move(bytes)) {
    status = parse_request_head(scanner, message, limits, head);
  }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;

  std::string message;
  HeadScanner scanner;
  RequestHead head;
  ParseStatus status;
};

TEST(RequestParser, ReadsALineAndFields) {
  const Parsed parsed(
      "GET /v1/users?page=2 HTTP/1.1\r\nHost: api.example.com\r\nX-API-Key:\t abc "
      "\t\r\nX-Empty:\r\n\r\nrest");
  ASSERT_TRUE(parsed.status.complete()) << parsed.status.reason;
  const RequestHead& head = parsed.head;
  EXPECT_EQ(parsed.status.consumed, parsed.message.size() - 4);
  EXPECT_EQ(head.method, "GET");
  EXPECT_EQ(head.target, "/v1/users?page=2");
  EXPECT_EQ(head.path, "/v1/users");
  EXPECT_TRUE(head.has_query);
  EXPECT_EQ(head.query, "page=2");
  EXPECT_EQ(head.host, "api.example.com");
  EXPECT_EQ(head.version_minor, 1);
  EXPECT_EQ(head.framing, Framing::kNone);
  EXPECT_TRUE(head.keep_alive);
  ASSERT_EQ(head.headers.size(), 3U);
  EXPECT_EQ(head.headers[1].name, "X-API-Key");
  EXPECT_EQ(head.headers[1].value, "abc");
  EXPECT_EQ(head.headers[1].id, HeaderId::kXApiKey);
  EXPECT_EQ(head.headers[2].value, "");
}

TEST(RequestParser, TellsAnEmptyQueryFromNone) {
  EXPECT_TRUE(Parsed("GET /x? HTTP/1.1\r\nHost: h\r\n\r\n").head.has_query);
  EXPECT_FALSE(Parsed("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").head.has_query);
}

TEST(RequestParser, ReadsFraming) {
  const Parsed length("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0042\r\n\r\n");
  ASSERT_TRUE(length.status.complete());
  EXPECT_EQ(length.head.framing, Framing::kLength);
  EXPECT_EQ(length.head.content_length, 42U);

  const Parsed largest("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9223372036854775807\r\n\r\n");
  EXPECT_EQ(largest.head.content_length, 9223372036854775807U);

  const Parsed chunked("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n");
  ASSERT_TRUE(chunked.status.complete());
  EXPECT_EQ(chunked.head.framing, Framing::kChunked);
}

TEST(RequestParser, DecidesWhetherTheConnectionIsKept) {
  EXPECT_TRUE(Parsed("GET / HTTP/1.1\r\nHost: h\r\n\r\n").head.keep_alive);
  EXPECT_FALSE(Parsed("GET / HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n\r\n").head.keep_alive);
  EXPECT_FALSE(Parsed("GET / HTTP/1.0\r\n\r\n").head.keep_alive);
  EXPECT_TRUE(Parsed("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").head.keep_alive);
  EXPECT_FALSE(
      Parsed("GET / HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n").head.keep_alive);
}

TEST(RequestParser, MarksTheFieldsThatConnectionLists) {
  const Parsed parsed(
      "GET / HTTP/1.1\r\nHost: h\r\nX-Hop: 1\r\nX-End: 2\r\nConnection: x-HOP,, keep-alive\r\n\r\n");
  ASSERT_TRUE(parsed.status.complete());
  EXPECT_TRUE(parsed.head.headers[1].connection_listed);
  EXPECT_FALSE(parsed.head.headers[2].connection_listed);
}

TEST(RequestParser, ReadsUpgradeOnlyWhenConnectionAsksForIt) {
  const std::string start = "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n";
  EXPECT_EQ(Parsed(start + "Connection: keep-alive, Upgrade\r\n\r\n").head.upgrade, "websocket");
  EXPECT_EQ(Parsed(start + "\r\n").head.upgrade, "");
  EXPECT_EQ(Parsed("GET / HTTP/1.0\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n").head.upgrade, "");
}

TEST(RequestParser, ReadsExpectAndTe) {
  const Parsed parsed("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nTE: gzip, trailers\r\n\r\n");
  EXPECT_TRUE(parsed.head.expect_continue);
  EXPECT_TRUE(parsed.head.te_trailers);
  EXPECT_FALSE(Parsed("POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").head.expect_continue);
}

TEST(RequestParser, TakesTheHostOfAnAbsoluteTarget) {
  const Parsed parsed("GET http://real.example:81/a?b HTTP/1.1\r\nHost: other\r\n\r\n");
  ASSERT_TRUE(parsed.status.complete());
  EXPECT_EQ(parsed.head.host, "real.example:81");
  EXPECT_EQ(parsed.head.path, "/a");
  EXPECT_EQ(parsed.head.query, "b");
  EXPECT_EQ(Parsed("GET HTTP://h HTTP/1.1\r\nHost: h\r\n\r\n").head.path, "/");
  EXPECT_EQ(Parsed("GET http://h?q HTTP/1.1\r\nHost: h\r\n\r\n").head.path, "/");
  EXPECT_EQ(Parsed("OPTIONS http://h HTTP/1.1\r\nHost: h\r\n\r\n").head.path, "*");
  EXPECT_EQ(Parsed("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").head.path, "*");
}

TEST(RequestParser, AcceptsHostsOfEveryKind) {
  for (const char* host : {"h", "a-b.example_c.com:8080", "127.0.0.1:80", "[::1]", "[fe80::1]:443", "h:"}) {
    const std::string message = std::string("GET / HTTP/1.1\r\nHost: ") + host + "\r\n\r\n";
    EXPECT_TRUE(Parsed(message).status.complete()) << host;
  }
}

TEST(RequestParser, SkipsOneEmptyLineBeforeTheRequestLine) {
  const Parsed parsed("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(parsed.status.complete());
  EXPECT_EQ(parsed.status.consumed, 29U);
  EXPECT_EQ(Parsed("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n").status.status, 400);
}

TEST(RequestParser, LeavesThePipelinedRequestBehindTheHead) {
  const std::string first = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string both = first + "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n";
  HeadScanner scanner;
  RequestHead head;
  const auto one = parse_request_head(scanner, both, {}, head);
  ASSERT_TRUE(one.complete());
  EXPECT_EQ(one.consumed, first.size());
  const auto two = parse_request_head(scanner, std::string_view(both).substr(one.consumed), {}, head);
  ASSERT_TRUE(two.complete());
  EXPECT_EQ(head.path, "/2");
}

TEST(RequestParser, GivesTheSameResultAtEverySplit) {
  const std::string messages[] = {
      "GET /a/b?c=d HTTP/1.1\r\nHost: h\r\nConnection: close, x-y\r\nX-Y: \x80\xFF\tz\r\nX: \r\n\r\nbody",
      "\r\nPOST http://h/p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\nBad : x\r\nOther: \x01\r\n\r\n",
      "GET /secret HTTP/1.1\r\nHost: h\nX: y\r\n\r\n",
      "GET / HTTP/1.1\rHost: h\r\n\r\n",
      "GET /a#b HTTP/1.1\r\nHost: h\r\nX\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "\x16\x03\x01\x02",
  };
  for (const std::string& message : messages) {
    const std::string whole = parse_request(message, all_at_once(message));
    EXPECT_EQ(parse_request(message, byte_by_byte(message)), whole) << message;
    for (std::size_t split = 1; split < message.size(); ++split) {
      EXPECT_EQ(parse_request(message, {split, message.size()}), whole) << message << " at " << split;
    }
  }
}

TEST(RequestParser, RefusesWhatIsOverTheLimits) {
  const HeadLimits limits{.head_bytes = 200, .header_count = 3, .uri_bytes = 20};
  const std::string line = "GET / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_TRUE(Parsed(line + "A: 1\r\nB: 2\r\n\r\n", limits).status.complete());
  EXPECT_EQ(Parsed(line + "A: 1\r\nB: 2\r\nC: 3\r\n\r\n", limits).status.status, 431);
  EXPECT_TRUE(
      Parsed("GET /" + std::string(19, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n", limits).status.complete());
  EXPECT_EQ(Parsed("GET /" + std::string(20, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n", limits).status.status,
            414);
  EXPECT_EQ(Parsed("GET /" + std::string(300, 'x'), limits).status.status, 414);
  const std::string fits = line + "A: " + std::string(200 - line.size() - 7, 'x') + "\r\n\r\n";
  ASSERT_EQ(fits.size(), 200U);
  EXPECT_TRUE(Parsed(fits, limits).status.complete());
  EXPECT_EQ(Parsed(line + "A: " + std::string(200, 'x'), limits).status.status, 431);
  EXPECT_EQ(Parsed(std::string(33, 'M') + " / HTTP/1.1\r\nHost: h\r\n\r\n").status.status, 501);
}

TEST(RequestParser, LimitsGiveTheSameResultAtEverySplit) {
  const HeadLimits limits{.head_bytes = 90, .header_count = 3, .uri_bytes = 10};
  for (const std::string& message :
       {"GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n" + std::string(60, 'x'),
        "GET /12345678901 HTTP/1.1\r\nHost: h\r\n\r\n" + std::string(60, 'x'),
        "GET /" + std::string(100, 'x'),
        "GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(100, 'x') + "\r\n\r\n"}) {
    for (std::size_t pad = 0; pad < 60; ++pad) {
      const std::string cut = message.substr(0, message.size() - pad);
      EXPECT_EQ(parse_request(cut, byte_by_byte(cut), limits), parse_request(cut, all_at_once(cut), limits))
          << cut;
    }
  }
}

TEST(RequestParser, KeepsMethodAndPathOfARefusedRequestForTheRecord) {
  const Parsed late("DELETE /v1/x?y HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n");
  EXPECT_TRUE(late.status.failed());
  EXPECT_EQ(late.head.method, "DELETE");
  EXPECT_EQ(late.head.path, "/v1/x");
  const Parsed version("GET /a HTTP/3.0\r\n\r\n");
  EXPECT_EQ(version.status.status, 505);
  EXPECT_EQ(version.head.path, "/a");
  const Parsed too_long("PUT /" + std::string(9000, 'x'));
  EXPECT_EQ(too_long.status.status, 414);
  EXPECT_EQ(too_long.head.method, "PUT");
  EXPECT_EQ(too_long.head.path.size(), HeadLimits{}.uri_bytes);
  const Parsed control("GET /\x01 HTTP/1.1\r\n\r\n");
  EXPECT_EQ(control.head.method, "GET");
  EXPECT_EQ(control.head.path, "/");
}

TEST(RequestParser, ShowsWhatIsThereOfAHeadThatNeverEnds) {
  HeadScanner scanner;
  RequestHead head;
  const std::string_view message = "GET /slow?q HTTP/1.1\r\nHost: h\r\nX-";
  EXPECT_EQ(parse_request_head(scanner, message, {}, head).code, ParseStatus::Code::kNeedMore);
  read_partial_request_head(scanner, message, {}, head);
  EXPECT_EQ(head.method, "GET");
  EXPECT_EQ(head.path, "/slow");
}

}  // namespace
}  // namespace weir::net
