// An access log as `weir usage import` reads it: whole lines, a piece at a time, from a file or standard
// input.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir {

/// Not thread-safe. Reads may block.
class LogFile {
 public:
  /// Bytes a piece has at most, but for a line that is longer.
  static constexpr std::size_t kPieceBytes = 2U << 20;

  /// `input` outlives it; `name` is what errors call it.
  LogFile(std::istream& input, std::string name) : input_(input), name_(std::move(name)) {}

  /// The beginning of the file, up to `bytes`; to be asked for before the first piece.
  [[nodiscard]] Result<std::string_view> head(std::size_t bytes);
  /// Passes over everything before byte `offset`. kInvalid: the file ends before it.
  [[nodiscard]] Result<void> skip_to(std::uint64_t offset);
  /// The next whole lines; empty at the end. At the end of the file the last line may lack its line feed.
  /// kInvalid: a line is longer than kPieceBytes. Valid until the next call.
  [[nodiscard]] Result<std::string_view> next();

  /// Byte where the next piece begins.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

 private:
  /// Reads on until `buffer_` has `size` bytes or the file ends.
  [[nodiscard]] Result<void> fill(std::size_t size);

  std::istream& input_;
  std::string name_;
  std::string buffer_;     // bytes read and not passed on
  std::size_t taken_ = 0;  // of buffer_, by the last call of `next`
  std::uint64_t offset_ = 0;
};

}  // namespace weir
