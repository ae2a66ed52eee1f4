// For tests and the fuzz target: runs the parsers over bytes that come in pieces, and tells results as text
// so that they can be compared.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/body_decoder.h"
#include "net/request_parser.h"
#include "net/response_parser.h"

namespace weir::net::testing {

/// How many bytes are there at each call: growing, the last one all of them.
using Arrivals = std::vector<std::size_t>;

inline Arrivals all_at_once(std::string_view message) {
  return {message.size()};
}
inline Arrivals byte_by_byte(std::string_view message) {
  Arrivals out;
  for (std::size_t i = 1; i <= message.size(); ++i) out.push_back(i);
  return out;
}

/// A status as text: "complete 42", "more" or "400 Host is missing".
inline std::string tell(const ParseStatus& status) {
  switch (status.code) {
    case ParseStatus::Code::kComplete:
      return "complete " + std::to_string(status.consumed);
    case ParseStatus::Code::kNeedMore:
      return "more";
    case ParseStatus::Code::kError:
      break;
  }
  return std::to_string(status.status) + " " + std::string(status.reason);
}

inline std::string tell(const HeaderList& headers) {
  std::string out;
  for (const Header& header : headers) {
    out.append(header.name).append("=").append(header.value);
    out.append(header.connection_listed ? "!" : "").append("#");
    out.append(std::to_string(static_cast<int>(header.id))).append("|");
  }
  return out;
}

inline std::string tell(const RequestHead& head) {
  std::string out;
  for (const std::string_view part :
       {head.method, head.target, head.path, head.query, head.host, head.upgrade}) {
    out.append(part).append("|");
  }
  for (const std::uint64_t part :
       {head.content_length, std::uint64_t{head.has_query}, std::uint64_t{head.version_minor},
        static_cast<std::uint64_t>(head.framing), std::uint64_t{head.keep_alive},
        std::uint64_t{head.expect_continue}, std::uint64_t{head.te_trailers}}) {
    out.append(std::to_string(part)).append("|");
  }
  return out + tell(head.headers);
}

inline std::string tell(const ResponseHead& head) {
  std::string out = std::to_string(head.status) + "|";
  out.append(head.reason).append("|").append(head.upgrade).append("|");
  out.append(head.content_length ? std::to_string(*head.content_length) : "-").append("|");
  for (const std::uint64_t part :
       {std::uint64_t{head.version_minor}, static_cast<std::uint64_t>(head.framing),
        std::uint64_t{head.keep_alive}}) {
    out.append(std::to_string(part)).append("|");
  }
  return out + tell(head.headers);
}

/// Runs `parse(buffer)` over the arrivals until it is done, each time over a fresh copy of exactly those
/// bytes: the buffer moves, and a view into an old one is an error that AddressSanitizer sees. Returns what
/// was last found.
template <class Parse>
std::string run_over(std::string_view message, const Arrivals& arrivals, Parse parse) {
  std::string out = "nothing";
  for (const std::size_t size : arrivals) {
    const std::unique_ptr<char[]> copy(new char[size]);
    std::copy_n(message.data(), size, copy.get());
    bool finished = false;
    out = parse(std::string_view(copy.get(), size), finished);
    if (finished) break;
  }
  return out;
}

inline std::string parse_request(std::string_view message, const Arrivals& arrivals,
                                 const HeadLimits& limits = {}) {
  HeadScanner scanner;
  RequestHead head;
  return run_over(message, arrivals, [&](std::string_view buffer, bool& finished) {
    const ParseStatus status = parse_request_head(scanner, buffer, limits, head);
    finished = status.code != ParseStatus::Code::kNeedMore;
    return tell(status) + "|" + tell(head);
  });
}

inline std::string parse_response(std::string_view message, const Arrivals& arrivals,
                                  std::string_view request_method = "GET", const HeadLimits& limits = {}) {
  HeadScanner scanner;
  ResponseHead head;
  return run_over(message, arrivals, [&](std::string_view buffer, bool& finished) {
    const ParseStatus status = parse_response_head(scanner, buffer, limits, request_method, head);
    finished = status.code != ParseStatus::Code::kNeedMore;
    return tell(status) + "|" + tell(head);
  });
}

/// What a body came out as.
struct DecodedBody {
  std::string data;
  std::string trailers;
  std::string end = "more";  // or "done", or what is wrong
  std::size_t consumed = 0;

  friend bool operator==(const DecodedBody&, const DecodedBody&) = default;
};

/// Feeds the bytes as they arrive, each arrival a fresh copy, in the loop that feed() asks for.
inline DecodedBody decode_body(BodyDecoder& decoder, std::string_view bytes, const Arrivals& arrivals) {
  DecodedBody out;
  if (decoder.done()) out.end = "done";
  for (const std::size_t size : arrivals) {
    while (out.end == "more" && out.consumed < size) {
      const std::string copy(bytes.substr(out.consumed, size - out.consumed));
      const BodyPiece piece = decoder.feed(copy);
      out.data.append(piece.data);
      out.consumed += piece.consumed;
      if (piece.done()) out.end = "done";
      if (piece.failed()) out.end = piece.reason;
    }
  }
  if (out.end == "done")
    out.trailers = decoder.trailers();
  else if (out.end != "more")
    out.consumed = 0;  // after a fault it means nothing
  return out;
}

}  // namespace weir::net::testing
