// What an HTTP/1.x message head says (RFC 9112): plain values, filled by the parsers.
//
// All views point into the caller's buffer and live as long as it stays where it is. Heads are reused from
// message to message: filling one allocates nothing. Not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "net/header_id.h"

namespace weir::net {

/// Most header fields of one message; HeadLimits::header_count may ask for fewer.
inline constexpr std::size_t kHeadersMax = 100;

/// Bounds on one head; what is over them is refused with 431 or 414.
struct HeadLimits {
  std::size_t head_bytes = 32U << 10;      // start line, fields and the empty line
  std::size_t header_count = kHeadersMax;  // at most kHeadersMax
  std::size_t uri_bytes = 8U << 10;        // of the request target
};

/// One header field, as sent but for the white space around the value: the name is a token, the value free of
/// control characters other than tab.
struct Header {
  std::string_view name;
  std::string_view value;
  HeaderId id = HeaderId::kOther;
  bool connection_listed = false;  // named by Connection: meant for this hop only
};

/// The fields of one message in the order they came, at most kHeadersMax.
class HeaderList {
 public:
  [[nodiscard]] const Header* begin() const { return fields_.data(); }
  [[nodiscard]] const Header* end() const { return fields_.data() + size_; }
  [[nodiscard]] Header* begin() { return fields_.data(); }
  [[nodiscard]] Header* end() { return fields_.data() + size_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const Header& operator[](std::size_t index) const { return fields_[index]; }

  /// Whether a field of that number is there; one instruction.
  [[nodiscard]] bool has(HeaderId id) const { return (present_ >> static_cast<unsigned>(id) & 1U) != 0; }
  /// The first field of that number, or nullptr. For kOther and families use the name.
  [[nodiscard]] const Header* find(HeaderId id) const;
  /// The first field of that name, letter case aside, or nullptr.
  [[nodiscard]] const Header* find(std::string_view name) const;
  [[nodiscard]] std::size_t count(HeaderId id) const;

  void clear() {
    size_ = 0;
    present_ = 0;
  }
  /// False when the list is full.
  bool push(std::string_view name, std::string_view value, HeaderId id) {
    if (size_ == kHeadersMax) return false;
    fields_[size_++] = {name, value, id, false};
    present_ |= std::uint64_t{1} << static_cast<unsigned>(id);
    return true;
  }

 private:
  std::size_t size_ = 0;
  std::uint64_t present_ = 0;
  std::array<Header, kHeadersMax> fields_;
};

/// How the end of a message's body is known.
enum class Framing : std::uint8_t {
  kNone,        // there is no body
  kLength,      // content_length bytes, 0 included
  kChunked,     // Transfer-Encoding: chunked
  kUntilClose,  // until the peer closes; answers only
};

struct RequestHead {
  std::string_view method;
  std::string_view target;  // as sent
  std::string_view path;    // "/…", or "*" (OPTIONS); "/" for an absolute target without path
  std::string_view query;   // after the '?'
  std::string_view
      host;  // the target's when that is absolute (RFC 9112, 3.2.2), else the field's; may be "" in 1.0
  std::string_view upgrade;  // Upgrade's value, when Connection asks for it and the version is 1.1; else ""
  std::uint64_t content_length = 0;
  bool has_query = false;          // "/x?" has one, and it is empty
  std::uint8_t version_minor = 1;  // HTTP/1.x: 0 or 1
  Framing framing = Framing::kNone;
  bool keep_alive = true;
  bool expect_continue = false;  // Expect: 100-continue, in 1.1
  bool te_trailers = false;      // TE lists "trailers"
  HeaderList headers;

  void clear();
};

struct ResponseHead {
  std::uint16_t status = 0;  // 100 to 599
  std::string_view reason;   // may be ""
  std::string_view upgrade;  // Upgrade's value when Connection lists it; else ""
  std::optional<std::uint64_t>
      content_length;  // as declared: also there when the answer to a HEAD has no body
  std::uint8_t version_minor = 1;
  Framing framing = Framing::kNone;
  bool keep_alive = true;  // the connection can carry another request once this answer is complete
  HeaderList headers;

  void clear();
};

/// What a parse call found.
struct ParseStatus {
  enum class Code : std::uint8_t { kComplete, kNeedMore, kError };

  Code code = Code::kNeedMore;
  std::uint16_t status = 0;  // kError: what to answer (400, 414, 431, 501, 505; 502 for an upstream's answer)
  std::size_t consumed = 0;  // kComplete: bytes of the head; what follows is body or the next message
  std::string_view reason;   // kError: a sentence for people, static, without bytes of the message

  [[nodiscard]] bool complete() const { return code == Code::kComplete; }
  [[nodiscard]] bool failed() const { return code == Code::kError; }
};

}  // namespace weir::net
