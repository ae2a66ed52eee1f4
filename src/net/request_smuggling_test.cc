// Requests that two servers might read differently: every one of them is refused, with the status that is
// due.
#include <string>

#include <gtest/gtest.h>

#include "net/framing_testing.h"

namespace weir::net {
namespace {

using namespace std::string_literals;

struct Vector {
  std::string message;
  int status;
};

std::string with_fields(const std::string& fields) {
  return "POST / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}
std::string with_line(const std::string& line) {
  return line + "\r\nHost: h\r\n\r\n";
}

class RequestSmuggling : public ::testing::TestWithParam<Vector> {};

TEST_P(RequestSmuggling, IsRefusedAtOnceAndByteByByte) {
  const auto& [message, status] = GetParam();
  const std::string expected = std::to_string(status) + " ";
  const std::string whole = testing::parse_request(message, testing::all_at_once(message));
  EXPECT_EQ(whole.substr(0, 4), expected) << whole;
  EXPECT_EQ(testing::parse_request(message, testing::byte_by_byte(message)), whole);
}

const Vector kLengths[] = {
    {with_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
    {with_fields("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
    {with_fields("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n"), 400},
    {with_fields("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
    {with_fields("Content-Length: 5\r\ncontent-length: 5\r\n"), 400},
    {with_fields("Content-Length: 5, 5\r\n"), 400},
    {with_fields("Content-Length: 5,\r\n"), 400},
    {with_fields("Content-Length: +5\r\n"), 400},
    {with_fields("Content-Length: -5\r\n"), 400},
    {with_fields("Content-Length: 0x5\r\n"), 400},
    {with_fields("Content-Length: 5a\r\n"), 400},
    {with_fields("Content-Length: 5 5\r\n"), 400},
    {with_fields("Content-Length: 5.0\r\n"), 400},
    {with_fields("Content-Length: 1e3\r\n"), 400},
    {with_fields("Content-Length:\r\n"), 400},
    {with_fields("Content-Length: \"5\"\r\n"), 400},
    {with_fields("Content-Length: \x0b"s + "5\r\n"), 400},
    {with_fields("Content-Length: \xc2\xa0"
                 "5\r\n"),
     400},
    {with_fields("Content-Length: \xd9\xa5\r\n"), 400},
    {with_fields("Content-Length: 9223372036854775808\r\n"), 400},
    {with_fields("Content-Length: 18446744073709551621\r\n"), 400},
    {with_fields("Content-Length: 99999999999999999999999999\r\n"), 400},
};
INSTANTIATE_TEST_SUITE_P(ContentLength, RequestSmuggling, ::testing::ValuesIn(kLengths));

const Vector kCodings[] = {
    {with_fields("Transfer-Encoding: gzip, chunked\r\n"), 501},
    {with_fields("Transfer-Encoding: gzip\r\n"), 400},
    {with_fields("Transfer-Encoding: identity\r\n"), 400},
    {with_fields("Transfer-Encoding: xchunked\r\n"), 400},
    {with_fields("Transfer-Encoding: chunkedx\r\n"), 400},
    {with_fields("Transfer-Encoding: chunked, gzip\r\n"), 400},
    {with_fields("Transfer-Encoding: chunked, chunked\r\n"), 400},
    {with_fields("Transfer-Encoding: chunked,\r\n"), 400},
    {with_fields("Transfer-Encoding: ,chunked\r\n"), 400},
    {with_fields("Transfer-Encoding: chunked;q=1\r\n"), 400},
    {with_fields("Transfer-Encoding: \"chunked\"\r\n"), 400},
    {with_fields("Transfer-Encoding: chunked chunked\r\n"), 400},
    {with_fields("Transfer-Encoding: chun ked\r\n"), 400},
    {with_fields("Transfer-Encoding:\r\n"), 400},
    {with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
    {with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), 400},
    {with_fields("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"), 400},
    {with_fields("Transfer-Encoding: \x0b"
                 "chunked\r\n"),
     400},
    {with_fields("Transfer-Encoding: chunked\x0c\r\n"), 400},
    {with_fields("Transfer-Encoding: chunked\xc2\xa0\r\n"), 400},
    {with_fields("Transfer-Encoding: ch\xc3\xbcnked\r\n"), 400},
    {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400},
};
INSTANTIATE_TEST_SUITE_P(TransferEncoding, RequestSmuggling, ::testing::ValuesIn(kCodings));

const Vector kFields[] = {
    {with_fields("Transfer-Encoding : chunked\r\n"), 400},
    {with_fields("Transfer-Encoding\t: chunked\r\n"), 400},
    {with_fields(" Transfer-Encoding: chunked\r\n"), 400},
    {with_fields("X: y\r\n Transfer-Encoding: chunked\r\n"), 400},
    {with_fields("X: y\r\n\tz\r\n"), 400},
    {with_fields("X: y\r\n \r\n"), 400},
    {with_fields("Transfer-Encoding:\r\n chunked\r\n"), 400},
    {with_fields("Trans fer-Encoding: chunked\r\n"), 400},
    {with_fields("Transfer-Encoding\x00: chunked\r\n"s), 400},
    {with_fields("X: a\x00"
                 "b\r\n"s),
     400},
    {with_fields("X: a\x01\r\n"), 400},
    {with_fields("X: a\x7f\r\n"), 400},
    {with_fields("X: a\x1b[31m\r\n"), 400},
    {with_fields("X: a\nTransfer-Encoding: chunked\r\n"), 400},
    {with_fields("X: a\rTransfer-Encoding: chunked\r\n"), 400},
    {with_fields("X: a\r\r\n"), 400},
    {with_fields("X: a\n\r\n"), 400},
    {with_fields("X: a\r\n\n"), 400},
    {with_fields(": a\r\n"), 400},
    {with_fields(":\r\n"), 400},
    {with_fields("X\r\n"), 400},
    {with_fields("X;Y: a\r\n"), 400},
    {with_fields("X(c): a\r\n"), 400},
    {with_fields("X\"Y\": a\r\n"), 400},
    {with_fields("X@Y: a\r\n"), 400},
    {with_fields("\xc3\xa9: a\r\n"), 400},
    {with_fields("Connection: close; q\r\n"), 400},
    {with_fields("Connection: \"close\"\r\n"), 400},
    {with_fields("Connection: a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z,a,b,c,d,e,f,g\r\n"), 400},
    {with_fields("Connection: upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n"), 400},
    {"GET / HTTP/1.1\nHost: h\n\n", 400},
    {"GET / HTTP/1.1\r\nHost: h\r\n\n", 400},
    {"GET / HTTP/1.1\r\nHost: h\n\r\n", 400},
    {"GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400},
};
INSTANTIATE_TEST_SUITE_P(Fields, RequestSmuggling, ::testing::ValuesIn(kFields));

const Vector kHosts[] = {
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nX: y\r\n\r\n", 400},
    {with_fields("Host: h\r\n"), 400},
    {with_fields("host: other\r\n"), 400},
    {"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: user@a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: [ab]\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: h#x\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: h\\x\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: \xc3\xa9\r\n\r\n", 400},
    {"GET http://a/ HTTP/1.1\r\n\r\n", 400},
    {"GET http:///x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"GET http://u:p@h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"GET http://h:x/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
};
INSTANTIATE_TEST_SUITE_P(Host, RequestSmuggling, ::testing::ValuesIn(kHosts));

const Vector kLines[] = {
    {with_line("GET /"), 400},
    {with_line("GET / "), 400},
    {with_line("GET"), 400},
    {with_line(""), 400},
    {with_line(" GET / HTTP/1.1"), 400},
    {with_line("GET  / HTTP/1.1"), 400},
    {with_line("GET /  HTTP/1.1"), 400},
    {with_line("GET / HTTP/1.1 "), 400},
    {with_line("GET\t/ HTTP/1.1"), 400},
    {with_line("GET /\tHTTP/1.1"), 400},
    {with_line("GET / x HTTP/1.1"), 400},
    {with_line("G\xc3\x89T / HTTP/1.1"), 400},
    {with_line("G(T / HTTP/1.1"), 400},
    {with_line("GET: / HTTP/1.1"), 400},
    {with_line("GET /\xc3\xa9 HTTP/1.1"), 400},
    {with_line("GET /\x01 HTTP/1.1"), 400},
    {with_line("GET /\x00 HTTP/1.1"s), 400},
    {with_line("GET /\x7f HTTP/1.1"), 400},
    {with_line("GET /a#b HTTP/1.1"), 400},
    {with_line("GET a HTTP/1.1"), 400},
    {with_line("GET * HTTP/1.1"), 400},
    {with_line("OPTIONS *x HTTP/1.1"), 400},
    {with_line("GET ftp://h/ HTTP/1.1"), 400},
    {with_line("GET h:80 HTTP/1.1"), 400},
    {with_line("CONNECT h:443 HTTP/1.1"), 501},
    {with_line("GET / http/1.1"), 400},
    {with_line("GET / Http/1.1"), 400},
    {with_line("GET / HTTP/1"), 400},
    {with_line("GET / HTTP/11"), 400},
    {with_line("GET / HTTP/1.11"), 400},
    {with_line("GET / HTTP/01.1"), 400},
    {with_line("GET / HTTP /1.1"), 400},
    {with_line("GET / HTTP/1.x"), 400},
    {with_line("GET / HTTPS/1.1"), 400},
    {with_line("GET / HTTP/0.9"), 505},
    {with_line("GET / HTTP/1.2"), 505},
    {with_line("GET / HTTP/2.0"), 505},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"\rGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, 400},
};
INSTANTIATE_TEST_SUITE_P(RequestLine, RequestSmuggling, ::testing::ValuesIn(kLines));

}  // namespace
}  // namespace weir::net
