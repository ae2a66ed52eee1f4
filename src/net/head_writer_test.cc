#include "net/head_writer.h"

#include <limits>

#include <gtest/gtest.h>

#include "net/framing_testing.h"

namespace weir::net {
namespace {

struct Request {
  explicit Request(std::string bytes) : message(std::move(bytes)) {
    HeadScanner scanner;
    EXPECT_TRUE(parse_request_head(scanner, message, {}, head).complete()) << message;
  }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;
  [[nodiscard]] std::string rebuilt(const UpstreamHead& options = {}) const {
    std::string out;
    append_request_head(out, head, options);
    append_head_end(out);
    return out;
  }
  std::string message;
  RequestHead head;
};

struct Response {
  explicit Response(std::string bytes, std::string_view method = "GET") : message(std::move(bytes)) {
    HeadScanner scanner;
    EXPECT_TRUE(parse_response_head(scanner, message, {}, method, head).complete()) << message;
  }
  Response(const Response&) = delete;
  Response& operator=(const Response&) = delete;
  [[nodiscard]] std::string rebuilt(const Request& request) const {
    std::string out;
    append_response_head(out, head, request.head, client_framing(request.head, head));
    append_head_end(out);
    return out;
  }
  std::string message;
  ResponseHead head;
};

TEST(HeadWriter, RefusesValuesThatWouldEndALine) {
  std::string out;
  EXPECT_FALSE(append_header(out, "X-Request-Id", "a\r\nSet-Cookie: b"));
  EXPECT_FALSE(append_header(out, "X-Request-Id", "a\nb"));
  EXPECT_FALSE(append_header(out, "X Y", "a"));
  EXPECT_FALSE(append_header(out, "", "a"));
  EXPECT_EQ(out, "");
  EXPECT_TRUE(append_header(out, "X-Request-Id", "a b"));
  EXPECT_EQ(out, "X-Request-Id: a b\r\n");
}

TEST(HeadWriter, WritesNumbers) {
  std::string out;
  append_decimal(out, 0);
  out += ' ';
  append_decimal(out, std::numeric_limits<std::uint64_t>::max());
  out += ' ';
  append_hex(out, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(out, "0 18446744073709551615 ffffffffffffffff");
}

TEST(HeadWriter, WritesStatusLines) {
  std::string out;
  append_status_line(out, 429);
  append_status_line(out, 299);
  append_status_line(out, 200, "Fine");
  EXPECT_EQ(out, "HTTP/1.1 429 Too Many Requests\r\nHTTP/1.1 299 \r\nHTTP/1.1 200 Fine\r\n");
}

TEST(HeadWriter, RebuildsARequestTowardTheUpstream) {
  const Request request(
      "POST /a?b=1 HTTP/1.1\r\nHost: public.example\r\nX-API-Key: secret\r\nAccept:  */*\r\nConnection: "
      "keep-alive, X-Hop\r\n"
      "X-Hop: 1\r\nX-Weir-User-Id: 7\r\nContent-Length: 007\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(request.rebuilt(),
            "POST /a?b=1 HTTP/1.1\r\nHost: public.example\r\nAccept: */*\r\nContent-Length: 7\r\n\r\n");
  EXPECT_EQ(request.rebuilt({.base_path = "/v2", .host = "inner:8000", .rules = {.api_key = true}}),
            "POST /v2/a?b=1 HTTP/1.1\r\nHost: inner:8000\r\nX-API-Key: secret\r\nAccept: "
            "*/*\r\nContent-Length: 7\r\n\r\n");
}

TEST(HeadWriter, SendsAnAbsoluteTargetAsAPath) {
  const Request request("GET http://a.example/x?y HTTP/1.1\r\nHost: b.example\r\n\r\n");
  EXPECT_EQ(request.rebuilt(), "GET /x?y HTTP/1.1\r\nHost: a.example\r\n\r\n");
}

TEST(HeadWriter, KeepsOptionsOfTheServerWithoutBasePath) {
  const Request request("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(request.rebuilt({.base_path = "/v2"}), "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");
}

TEST(HeadWriter, PassesUpgradeAndTrailersOnWithTheirConnection) {
  const Request upgrade(
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nTE: trailers\r\n\r\n");
  EXPECT_EQ(upgrade.rebuilt({.upgrade = true}),
            "GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_EQ(upgrade.rebuilt(), "GET / HTTP/1.1\r\nHost: h\r\nConnection: te\r\nTE: trailers\r\n\r\n");
}

TEST(HeadWriter, RebuildsAnAnswerTowardTheClient) {
  const Request request("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const Response response(
      "HTTP/1.1 200 Fine\r\nContent-Type: text/plain\r\nSet-Cookie: a\r\nSet-Cookie: "
      "b\r\nX-RateLimit-Minute-Limit: 5\r\n"
      "Connection: close\r\nKeep-Alive: timeout=5\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(response.rebuilt(request),
            "HTTP/1.1 200 Fine\r\nContent-Type: text/plain\r\nSet-Cookie: a\r\nSet-Cookie: "
            "b\r\nContent-Length: 3\r\n\r\n");
}

TEST(HeadWriter, FramesABodyOfUnknownLengthAsTheClientUnderstands) {
  const Request modern("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const Request old("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const Response until_close("HTTP/1.1 200 OK\r\n\r\n");
  const Response chunked("HTTP/1.1 200 OK\r\nTrailer: X\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(until_close.rebuilt(modern), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(chunked.rebuilt(modern), "HTTP/1.1 200 OK\r\nTrailer: X\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(until_close.rebuilt(old), "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(chunked.rebuilt(old), "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
  const Response length("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(length.rebuilt(old), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\n");
}

TEST(HeadWriter, KeepsTheLengthThatAnAnswerWithoutBodyDeclares) {
  const Request head("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  const Response response("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "HEAD");
  EXPECT_EQ(response.rebuilt(head), "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
}

TEST(HeadWriter, WritesInterimAnswersWithoutFraming) {
  const Request request("GET / HTTP/1.0\r\n\r\n");
  const Response hints("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(hints.rebuilt(request), "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
  const Response upgraded(
      "HTTP/1.1 101 OK\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n");
  EXPECT_EQ(
      upgraded.rebuilt(request),
      "HTTP/1.1 101 OK\r\nSec-WebSocket-Accept: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
}

TEST(HeadWriter, WritesChunksThatTheDecoderReads) {
  std::string out;
  append_chunk_head(out, 10);
  out.append("0123456789").append(kChunkEnd);
  append_last_chunk(out, "A: b\r\n");
  BodyDecoder decoder;
  decoder.start(Framing::kChunked);
  const auto body = testing::decode_body(decoder, out, testing::byte_by_byte(out));
  EXPECT_EQ(body.data, "0123456789");
  EXPECT_EQ(body.trailers, "A: b\r\n");
  EXPECT_EQ(body.consumed, out.size());
}

TEST(HeadWriter, WhatIsRebuiltRebuildsToTheSame) {
  for (const char* message : {"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
                              "PUT http://h:8/x?? HTTP/1.0\r\nX:y\r\nContent-Length: 00\r\n\r\n",
                              "POST /a HTTP/1.1\r\nHost: h\r\nTrailer: A\r\nTransfer-Encoding: "
                              "CHUNKED\r\nTE: trailers\r\nX: \xFF\r\n\r\n"}) {
    const std::string once = Request(message).rebuilt();
    EXPECT_EQ(Request(once).rebuilt(), once);
  }
}

}  // namespace
}  // namespace weir::net
