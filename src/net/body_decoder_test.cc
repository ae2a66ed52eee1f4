#include "net/body_decoder.h"

#include <string>

#include <gtest/gtest.h>

#include "net/framing_testing.h"

namespace weir::net {
namespace {

using namespace std::string_literals;
using testing::all_at_once;
using testing::byte_by_byte;
using testing::decode_body;
using testing::DecodedBody;

DecodedBody decode(std::string_view bytes, Framing framing = Framing::kChunked, std::uint64_t length = 0) {
  BodyDecoder decoder;
  decoder.start(framing, length);
  return decode_body(decoder, bytes, all_at_once(bytes));
}

TEST(BodyDecoder, WithoutBodyItIsDoneFromTheStart) {
  BodyDecoder decoder;
  for (const Framing framing : {Framing::kNone, Framing::kLength}) {
    decoder.start(framing, 0);
    EXPECT_TRUE(decoder.done());
    const BodyPiece piece = decoder.feed("GET / HTTP/1.1");
    EXPECT_TRUE(piece.done());
    EXPECT_EQ(piece.consumed, 0U);
  }
}

TEST(BodyDecoder, TakesTheDeclaredLengthAndNoMore) {
  BodyDecoder decoder;
  decoder.start(Framing::kLength, 5);
  EXPECT_EQ(decoder.remaining(), 5U);
  const std::string first = "abc";
  const BodyPiece one = decoder.feed(first);
  EXPECT_EQ(one.data.data(), first.data());
  EXPECT_FALSE(one.done());
  EXPECT_EQ(decoder.remaining(), 2U);
  const BodyPiece two = decoder.feed("deGET /");
  EXPECT_TRUE(two.done());
  EXPECT_EQ(two.data, "de");
  EXPECT_EQ(two.consumed, 2U);
  EXPECT_EQ(decoder.body_bytes(), 5U);
}

TEST(BodyDecoder, ReadsUntilThePeerCloses) {
  BodyDecoder decoder;
  decoder.start(Framing::kUntilClose);
  EXPECT_EQ(decoder.feed("abc").data, "abc");
  EXPECT_FALSE(decoder.done());
  EXPECT_TRUE(decoder.finish().done());
  EXPECT_TRUE(decoder.done());
}

TEST(BodyDecoder, ACloseBeforeTheEndIsAnError) {
  BodyDecoder decoder;
  decoder.start(Framing::kLength, 5);
  (void)decoder.feed("abc");
  EXPECT_TRUE(decoder.finish().failed());
  decoder.start(Framing::kChunked);
  (void)decoder.feed("3\r\nabc\r\n0\r\n");
  EXPECT_TRUE(decoder.finish().failed());
}

TEST(BodyDecoder, ReadsChunks) {
  const DecodedBody body = decode("4\r\nWiki\r\n00a;x=\"y\"\r\n0123456789\r\n0\r\n\r\nGET /");
  EXPECT_EQ(body.data, "Wiki0123456789");
  EXPECT_EQ(body.end, "done");
  EXPECT_EQ(body.consumed, 37U);
  EXPECT_EQ(body.trailers, "");
}

TEST(BodyDecoder, TellsTheEndTogetherWithTheLastPiece) {
  BodyDecoder decoder;
  decoder.start(Framing::kChunked);
  const BodyPiece piece = decoder.feed("3\r\nabc\r\n0\r\n\r\n");
  EXPECT_EQ(piece.data, "abc");
  EXPECT_TRUE(piece.done());
}

TEST(BodyDecoder, RewritesTrailersAndDropsThoseThatMayNotBeThere) {
  const DecodedBody body = decode(
      "1\r\nx\r\n0\r\nDigest:\t abc \r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nHost: evil\r\n"
      "Authorization: x\r\nX-API-Key: x\r\nX-Weir-User-Id: 1\r\nX-Forwarded-For: 1.2.3.4\r\nSet-Cookie: "
      "a=b\r\n"
      "Content-Type: text/html\r\nCache-Control: no-store\r\nconnection: close\r\nTrailer: "
      "x\r\nX-Sum:1\r\n\r\n");
  EXPECT_EQ(body.end, "done");
  EXPECT_EQ(body.trailers, "Digest: abc\r\nX-Sum: 1\r\n");
}

TEST(BodyDecoder, CanBeUsedAgain) {
  BodyDecoder decoder;
  decoder.start(Framing::kChunked);
  EXPECT_TRUE(decoder.feed("0\r\nA: b\r\n\r\n").done());
  decoder.start(Framing::kChunked);
  EXPECT_TRUE(decoder.feed("0\r\n\r\n").done());
  EXPECT_EQ(decoder.trailers(), "");
  EXPECT_TRUE(decoder.feed("x").done());
}

TEST(BodyDecoder, AChunkMayBeVeryLarge) {
  BodyDecoder decoder;
  decoder.start(Framing::kChunked);
  EXPECT_EQ(decoder.feed("7fffffffffffffff\r\nabc").data, "abc");
  EXPECT_FALSE(decoder.feed("def").failed());
}

class BadChunks : public ::testing::TestWithParam<std::string> {};

TEST_P(BadChunks, AreRefusedAtOnceAndByteByByte) {
  const std::string& bytes = GetParam();
  const DecodedBody whole = decode(bytes);
  EXPECT_NE(whole.end, "done");
  EXPECT_NE(whole.end, "more");
  BodyDecoder decoder;
  decoder.start(Framing::kChunked);
  const DecodedBody trickled = decode_body(decoder, bytes, byte_by_byte(bytes));
  EXPECT_EQ(trickled.end, whole.end);
  EXPECT_EQ(trickled.data, whole.data);
}

INSTANTIATE_TEST_SUITE_P(Sizes, BadChunks,
                         ::testing::Values("\r\n", "g\r\n", "-1\r\n", "+1\r\na\r\n", " 1\r\na\r\n",
                                           "1 \r\na\r\n", "1\t\r\n", "0x1\r\na\r\n", ";a\r\n", "1\na\r\n",
                                           "1\ra\r\n", "1\r\na\n0\r\n\r\n", "1\r\nab\r\n0\r\n\r\n",
                                           "1\r\na\r0\r\n\r\n", "2\r\na\r\n0\r\n\r\n", "8000000000000000\r\n",
                                           "ffffffffffffffff\r\n", "00000000000000001\r\na\r\n",
                                           "10000000000000001\r\n", "0\n\n", "0\r\r\n", "1,1\r\n",
                                           "1\x00\r\n"s, "\x31\xef\xbc\x91\r\n"));
INSTANTIATE_TEST_SUITE_P(Extensions, BadChunks,
                         ::testing::Values("1;a\na\r\n0\r\n\r\n", "1;a\rb\r\n", "1;\x00\r\n"s, "1;\x7f\r\n",
                                           "1 ;a\r\na\r\n", "1;" + std::string(2000, 'x')));
INSTANTIATE_TEST_SUITE_P(Trailers, BadChunks,
                         ::testing::Values("0\r\n\n", "0\r\nA: b\n\r\n", "0\r\nA: b\r\r\n",
                                           "0\r\n A: b\r\n\r\n", "0\r\nA : b\r\n\r\n",
                                           "0\r\nA: b\r\n c\r\n\r\n", "0\r\nA\r\n\r\n", "0\r\n: b\r\n\r\n",
                                           "0\r\nA: \x01\r\n\r\n", "0\r\nGET / HTTP/1.1\r\n\r\n",
                                           "0\r\nA: " + std::string(9000, 'x'), "1\r\na\r\n0\r\n\rX"));

TEST(BodyDecoder, RefusesTooManyTrailerFields) {
  std::string fields;
  for (int i = 0; i < 32; ++i) fields += "A: b\r\n";
  EXPECT_EQ(decode("0\r\n" + fields + "\r\n").end, "done");
  EXPECT_EQ(decode("0\r\n" + fields + "A: b\r\n\r\n").end, "The trailer section has too many fields");
}

TEST(BodyDecoder, AcceptsChunksOfOneByteButNotAStreamOfExtensions) {
  std::string small;
  std::string padded;
  for (int i = 0; i < 5000; ++i) {
    small += "1\r\nx\r\n";
    padded += "1;" + std::string(100, 'x') + "\r\nx\r\n";
  }
  EXPECT_EQ(decode(small + "0\r\n\r\n").data.size(), 5000U);
  EXPECT_EQ(decode(padded).end, "The chunks hold more framing than data");
}

TEST(BodyDecoder, GivesTheSameResultAtEverySplit) {
  for (const std::string& bytes :
       {"4\r\nWiki\r\n5;e=1\r\npedia\r\n0\r\nA: b\r\nC:d\r\n\r\nnext"s, "1\r\nx\r\n1\r\ny\r\nz"s,
        "1\r\nx\r\n0\r\nA: b\nC\r\n\r\n"s, "3\r\nabcd"s}) {
    const DecodedBody whole = decode(bytes);
    for (std::size_t split = 0; split <= bytes.size(); ++split) {
      BodyDecoder decoder;
      decoder.start(Framing::kChunked);
      EXPECT_EQ(decode_body(decoder, bytes, {split, bytes.size()}), whole) << bytes << " at " << split;
    }
    BodyDecoder decoder;
    decoder.start(Framing::kChunked);
    EXPECT_EQ(decode_body(decoder, bytes, byte_by_byte(bytes)), whole) << bytes;
  }
}

}  // namespace
}  // namespace weir::net
