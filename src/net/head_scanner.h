// Finds the lines of a message head, however the bytes trickle in: the first of the two passes over a head.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "net/http_head.h"

namespace weir::net {

/// Remembers how far a head was looked at, so that each byte is looked at once, even from a client that sends
/// one at a time. One a connection and direction; about 450 bytes. Not thread-safe.
///
/// `buffer` starts at the same byte of the stream in each call until the head is complete; it may move in
/// memory.
class HeadScanner {
 public:
  enum class Found : std::uint8_t {
    kNothing,      // no more lines in the buffer
    kLine,         // the first line is complete; only when asked to stop there
    kEnd,          // the empty line that ends the head
    kControl,      // a control character other than tab
    kBareCr,       // CR without LF
    kBareLf,       // LF without CR
    kTooManyLines  // more than `lines_max` before the end
  };

  /// Looks on from where the last call stopped, through `buffer`. `stop_at_first_line`: returns kLine after
  /// it.
  [[nodiscard]] Found scan(std::string_view buffer, std::size_t lines_max, bool stop_at_first_line = false);

  /// Steps over one empty line before the first (RFC 9112, 2.2). Before the first scan; again with more
  /// bytes.
  void skip_leading_empty_line(std::string_view buffer);

  /// Complete lines so far, the ending empty one not counted.
  [[nodiscard]] std::size_t line_count() const { return line_count_; }
  /// A complete line without its CRLF.
  [[nodiscard]] std::string_view line(std::string_view buffer, std::size_t index) const {
    const std::size_t begin = index == 0 ? first_ : ends_[index - 1] + std::size_t{2};
    return buffer.substr(begin, ends_[index] - begin);
  }
  /// What there is of the first line, complete or not.
  [[nodiscard]] std::string_view first_line_so_far(std::string_view buffer) const {
    return line_count_ > 0 ? line(buffer, 0) : buffer.substr(first_, position_ - first_);
  }
  /// Bytes looked at; after kEnd the size of the head.
  [[nodiscard]] std::size_t position() const { return position_; }
  /// Bytes of the skipped empty line: 0 or 2.
  [[nodiscard]] std::size_t first() const { return first_; }

  /// Forgets all: the next scan starts a new head. The parsers do so themselves after kComplete and kError.
  void reset() {
    position_ = line_begin_ = first_ = 0;
    line_count_ = 0;
  }

 private:
  std::uint32_t position_ = 0;    // looked at so far
  std::uint32_t line_begin_ = 0;  // of the line being looked at
  std::uint32_t first_ = 0;       // of the first line
  std::uint32_t line_count_ = 0;
  std::array<std::uint32_t, kHeadersMax + 2> ends_;  // of each complete line, before its CRLF
};

/// Reads one field line (RFC 9112, 5) strictly and appends it: a token, a colon, a value without the white
/// space around it. Returns what is wrong with it, "" when nothing is. The line has been scanned: it holds no
/// control character other than tab. The list must have room.
[[nodiscard]] std::string_view parse_field_line(std::string_view line, HeaderList& out);

}  // namespace weir::net
