// An access log as `weir usage import` reads it: whole lines, a piece at a time, from a file or standard
// input. A last line without line feed may still be being written, and half a line reads as another one.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir {

/// What becomes of a last line without line feed: it is left for the next time, or the file is finished, and
/// it is a line like others.
enum class LastLine : std::uint8_t { kWaits, kTaken };

/// Not thread-safe. Reads may block.
class LogFile {
 public:
  /// Bytes a piece has at most.
  static constexpr std::size_t kPieceBytes = 2U << 20;

  /// `input` outlives it; `name` is what errors call it.
  LogFile(std::istream& input, std::string name, LastLine last_line)
      : input_(input), name_(std::move(name)), last_line_(last_line) {}

  /// The beginning of the file, up to `bytes`; to be asked for before the first piece.
  [[nodiscard]] Result<std::string_view> head(std::size_t bytes);
  /// Passes over everything before byte `offset`. kInvalid: the file ends before it.
  [[nodiscard]] Result<void> skip_to(std::uint64_t offset);
  /// The next whole lines; empty at the end. A line longer than a piece comes in several, without line feed
  /// but in the last. kInvalid: the file begins with kPieceBytes without one. Valid until the next call.
  [[nodiscard]] Result<std::string_view> next();

  /// Byte where the last piece begins; at the end, where the next one will.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  /// At the end: bytes of a last line that waits.
  [[nodiscard]] std::uint64_t unfinished() const { return buffer_.size() - taken_; }

 private:
  /// Reads on until `buffer_` has `size` bytes or the file ends.
  [[nodiscard]] Result<void> fill(std::size_t size);

  std::istream& input_;
  std::string name_;
  const LastLine last_line_;
  std::string buffer_;     // bytes read and not passed on
  std::size_t taken_ = 0;  // of buffer_, by the last call of `next`
  std::uint64_t offset_ = 0;
};

}  // namespace weir
