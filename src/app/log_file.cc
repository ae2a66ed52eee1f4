#include "app/log_file.h"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

namespace weir {

Result<void> LogFile::fill(std::size_t size) {
  if (buffer_.size() >= size || input_.eof()) return {};
  const std::size_t had = buffer_.size();
  buffer_.resize(size);
  input_.read(buffer_.data() + had, static_cast<std::streamsize>(size - had));
  buffer_.resize(had + static_cast<std::size_t>(input_.gcount()));
  if (input_.bad()) return fail_errno(fmt::format("read '{}'", name_), errno);
  return {};
}

Result<std::string_view> LogFile::head(std::size_t bytes) {
  WEIR_TRY(fill(bytes));
  return std::string_view(buffer_).substr(0, bytes);
}

Result<void> LogFile::skip_to(std::uint64_t offset) {
  while (offset_ < offset) {
    WEIR_TRY(fill(kPieceBytes));
    const auto step = std::min<std::uint64_t>(buffer_.size(), offset - offset_);
    if (step == 0) {
      return fail(
          ErrorCode::kInvalid,
          fmt::format("'{}' ends at byte {}, but {} bytes of it were imported: was it cut or replaced?",
                      name_, offset_, offset));
    }
    buffer_.erase(0, step);
    offset_ += step;
  }
  return {};
}

Result<std::string_view> LogFile::next() {
  buffer_.erase(0, taken_);
  offset_ += taken_;
  taken_ = 0;
  WEIR_TRY(fill(kPieceBytes));
  const auto last = buffer_.rfind('\n');
  if (last != std::string::npos) {
    taken_ = last + 1;
  } else if (input_.eof()) {
    taken_ = last_line_ == LastLine::kTaken ? buffer_.size() : 0;
  } else if (offset_ > 0) {
    taken_ = buffer_.size();
  } else {
    return fail(ErrorCode::kInvalid,
                fmt::format("'{}' has no line feed in its first {} bytes: is it an access log?", name_,
                            buffer_.size()));
  }
  return std::string_view(buffer_).substr(0, taken_);
}

}  // namespace weir
