#include "net/body_decoder.h"

#include <algorithm>

#include "net/head_scanner.h"
#include "net/head_writer.h"
#include "net/header_rules.h"

namespace weir::net {
namespace {

constexpr std::uint8_t kDigitsMax = 16;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_text_character(char c) {
  return (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) || c == '\t';
}

}  // namespace

void BodyDecoder::start(Framing framing, std::uint64_t length) {
  framing_ = framing;
  left_ = framing == Framing::kLength ? length : 0;
  digits_ = 0;
  line_bytes_ = 0;
  body_bytes_ = 0;
  excess_ = 0;
  trailer_line_ = 0;
  reason_ = {};
  trailers_.clear();
  switch (framing) {
    case Framing::kNone:
      state_ = State::kDone;
      break;
    case Framing::kLength:
      state_ = length == 0 ? State::kDone : State::kData;
      break;
    case Framing::kChunked:
      state_ = State::kSize;
      break;
    case Framing::kUntilClose:
      state_ = State::kUntilClose;
      break;
  }
}

BodyPiece BodyDecoder::feed(std::string_view buffer) {
  if (state_ == State::kDone) return {BodyPiece::Code::kDone, 0, {}, {}};
  if (state_ == State::kFailed) return error(reason_);
  if (framing_ == Framing::kChunked) return chunked(buffer);
  std::size_t size = buffer.size();
  if (framing_ == Framing::kLength) {
    size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, size));
    left_ -= size;
    if (left_ == 0) state_ = State::kDone;
  }
  body_bytes_ += size;
  return {done() ? BodyPiece::Code::kDone : BodyPiece::Code::kMore, size, buffer.substr(0, size), {}};
}

BodyPiece BodyDecoder::finish() {
  if (state_ == State::kUntilClose) state_ = State::kDone;
  if (state_ == State::kDone) return {BodyPiece::Code::kDone, 0, {}, {}};
  return error(state_ == State::kFailed ? reason_ : "The body was cut short");
}

// What was read before the fault is handed out first, the fault with the next call: so the result is the same
// however the bytes were split.
BodyPiece BodyDecoder::error(std::string_view reason, const BodyPiece& before) {
  state_ = State::kFailed;
  reason_ = reason;
  if (before.data.empty()) return {BodyPiece::Code::kError, 0, {}, reason};
  return before;
}

// RFC 9112, 7.1. Stops before a second piece of data, so that one view is enough.
BodyPiece BodyDecoder::chunked(std::string_view buffer) {
  BodyPiece piece;
  std::size_t at = 0;
  while (at < buffer.size() && state_ != State::kDone) {
    const char c = buffer[at];
    piece.consumed = at;
    switch (state_) {
      case State::kData: {
        if (!piece.data.empty()) return piece;
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, buffer.size() - at));
        piece.data = buffer.substr(at, size);
        at += size;
        left_ -= size;
        body_bytes_ += size;
        if (left_ == 0) state_ = State::kDataCr;
        continue;
      }
      case State::kDataCr:
        if (c != '\r') return error("A chunk is not followed by CRLF", piece);
        state_ = State::kDataLf;
        break;
      case State::kDataLf:
        if (c != '\n') return error("A chunk is not followed by CRLF", piece);
        state_ = State::kSize;
        break;
      case State::kSize:
        if (const int digit = hex_digit(c); digit >= 0) {
          if (digits_ == kDigitsMax) return error("A chunk size has too many digits", piece);
          ++digits_;
          left_ = left_ << 4U | static_cast<unsigned>(digit);
        } else if (digits_ > 0 && c == '\r') {
          state_ = State::kSizeLf;
        } else if (digits_ > 0 && c == ';') {
          state_ = State::kExtension;
        } else {
          return error("A chunk size is malformed", piece);
        }
        ++line_bytes_;
        break;
      case State::kExtension:
        if (c == '\r') {
          state_ = State::kSizeLf;
        } else if (!is_text_character(c)) {
          return error("A chunk extension holds a control character", piece);
        }
        if (++line_bytes_ > kChunkLineMax) return error("A chunk extension is too long", piece);
        break;
      case State::kSizeLf:
        if (c != '\n') return error("A chunk size line does not end in CRLF", piece);
        if (const std::string_view wrong = end_of_size_line(); !wrong.empty()) return error(wrong, piece);
        break;
      case State::kTrailer: {
        std::size_t used = 0;
        const std::string_view wrong = take_trailers(buffer.substr(at), used);
        if (!wrong.empty()) return error(wrong, piece);
        at += used;
        continue;
      }
      case State::kUntilClose:
      case State::kDone:
      case State::kFailed:
        return error(reason_);  // not reached: feed() looks for these
    }
    ++at;
  }
  piece.consumed = at;
  if (state_ == State::kDone) piece.code = BodyPiece::Code::kDone;
  return piece;
}

// The size line is complete: what comes next. Returns what is wrong, or "".
std::string_view BodyDecoder::end_of_size_line() {
  if (left_ >> 63U != 0) return "A chunk size is too large";
  const std::uint64_t spent = excess_ + line_bytes_ + 3;  // with LF and the CRLF after the data
  const std::uint64_t allowed = 16 + 2 * std::min<std::uint64_t>(left_, kChunkExcessMax);
  excess_ = spent > allowed ? spent - allowed : 0;
  if (excess_ > kChunkExcessMax) return "The chunks hold more framing than data";
  state_ = left_ == 0 ? State::kTrailer : State::kData;
  digits_ = 0;
  line_bytes_ = 0;
  return {};
}

// Keeps the section's bytes until its empty line, then reads them as a head's fields are read.
std::string_view BodyDecoder::take_trailers(std::string_view buffer, std::size_t& used) {
  for (used = 0; used < buffer.size();) {
    const char c = buffer[used++];
    const bool after_cr = !trailers_.empty() && trailers_.back() == '\r';
    if (after_cr != (c == '\n')) return "A trailer line does not end in CRLF";
    if (!after_cr && c != '\r' && !is_text_character(c)) return "A trailer field holds a control character";
    if (trailers_.size() == kTrailerBytesMax) return "The trailer section is too large";
    trailers_.push_back(c);
    if (c != '\n') continue;
    const bool empty = trailers_.size() - trailer_line_ == 2;
    trailer_line_ = static_cast<std::uint32_t>(trailers_.size());
    if (empty) return end_of_trailers();
  }
  return {};
}

std::string_view BodyDecoder::end_of_trailers() {
  state_ = State::kDone;
  std::string_view rest = trailers_;
  if (rest.size() == 2) {
    trailers_.clear();
    return {};
  }
  HeaderList field;
  std::string rewritten;
  for (std::size_t count = 0; rest.size() > 2; ++count) {
    if (count == kTrailerFieldsMax) return "The trailer section has too many fields";
    const std::size_t line_end = rest.find('\r');
    field.clear();
    const std::string_view wrong = parse_field_line(rest.substr(0, line_end), field);
    if (!wrong.empty()) return wrong;
    if (passes_as_trailer(field[0].name, field[0].id)) append_header(rewritten, field[0]);
    rest.remove_prefix(line_end + 2);
  }
  trailers_ = std::move(rewritten);
  return {};
}

}  // namespace weir::net
