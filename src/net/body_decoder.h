// Cuts a message's body out of the bytes of a connection (RFC 9112, 6 and 7): no copies, no I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/http_head.h"

namespace weir::net {

/// Most bytes of one chunk's size line, extensions included.
inline constexpr std::size_t kChunkLineMax = 1024;
/// Most bytes of a trailer section, and most fields in it.
inline constexpr std::size_t kTrailerBytesMax = 8192;
inline constexpr std::size_t kTrailerFieldsMax = 32;
/// Framing bytes beyond 16 a chunk and two a body byte that one body may hold: chunks of one byte are fine, a
/// stream of extensions is not.
inline constexpr std::size_t kChunkExcessMax = 16U << 10;

/// What one feed() gave.
struct BodyPiece {
  enum class Code : std::uint8_t { kMore, kDone, kError };

  Code code = Code::kMore;
  std::size_t consumed = 0;  // bytes of the buffer that are dealt with; may be fewer than were given
  std::string_view data;     // body bytes, a view into the buffer; may be "" with any code
  std::string_view reason;   // kError: a sentence for people, static

  [[nodiscard]] bool done() const { return code == Code::kDone; }
  [[nodiscard]] bool failed() const { return code == Code::kError; }
};

/// One message's body at a time. Allocates only for trailers, and keeps that memory. Not thread-safe.
class BodyDecoder {
 public:
  /// Starts a message. `length` counts for kLength only.
  void start(Framing framing, std::uint64_t length = 0);

  /// Takes the next bytes as they come. Gives at most one piece of body a call, with kDone in the same call
  /// when the end follows at once: call on with the rest of the buffer while it is not empty and kMore is
  /// returned. Bytes after the end are left unconsumed. After kError only start().
  [[nodiscard]] BodyPiece feed(std::string_view buffer);

  /// The peer has closed: kDone when that ends the body or it had ended before, else kError (it is cut
  /// short).
  [[nodiscard]] BodyPiece finish();

  /// The body is complete; from start() on when there is none.
  [[nodiscard]] bool done() const { return state_ == State::kDone; }
  /// Body bytes given out so far, framing not counted.
  [[nodiscard]] std::uint64_t body_bytes() const { return body_bytes_; }
  /// kLength: body bytes still to come. Else 0.
  [[nodiscard]] std::uint64_t remaining() const { return framing_ == Framing::kLength ? left_ : 0; }

  /// After kDone: the trailer fields, written anew as lines that each end in CRLF, without those a trailer
  /// must not hold (framing, routing, credentials; RFC 9110, 6.5.1). "" when there are none. Valid until
  /// start().
  [[nodiscard]] std::string_view trailers() const { return trailers_; }

 private:
  enum class State : std::uint8_t {
    kData,  // left_ bytes of body
    kUntilClose,
    kSize,  // hexadecimal digits
    kExtension,
    kSizeLf,
    kDataCr,
    kDataLf,
    kTrailer,
    kDone,
    kFailed,
  };

  BodyPiece chunked(std::string_view buffer);
  BodyPiece error(std::string_view reason, const BodyPiece& before = {});
  std::string_view end_of_size_line();
  std::string_view take_trailers(std::string_view buffer, std::size_t& used);
  std::string_view end_of_trailers();

  State state_ = State::kDone;
  Framing framing_ = Framing::kNone;
  std::uint8_t digits_ = 0;       // of the chunk size
  std::uint16_t line_bytes_ = 0;  // of the chunk's size line
  std::uint64_t left_ = 0;        // of the body, or of the chunk; while its size is read, the size so far
  std::uint64_t body_bytes_ = 0;
  std::uint64_t excess_ = 0;        // framing bytes not accounted for by chunks and data
  std::uint32_t trailer_line_ = 0;  // where the line being received begins in trailers_
  std::string trailers_;            // as received while they come, written anew at the end
  std::string_view reason_;         // of kFailed
};

}  // namespace weir::net
