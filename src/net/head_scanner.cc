#include "net/head_scanner.h"

#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "net/header_rules.h"
#include "net/token_characters.h"

namespace weir::net {
namespace {

constexpr bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

// The first control character other than tab, or `end`.
const char* find_control(const char* at, const char* end) {
#ifdef __SSE2__
  const __m128i last_control = _mm_set1_epi8(0x1F);
  const __m128i tab = _mm_set1_epi8('\t');
  const __m128i del = _mm_set1_epi8(0x7F);
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
    const __m128i stops =
        _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(bytes, tab), low), _mm_cmpeq_epi8(bytes, del));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(stops));
    if (mask != 0) return at + std::countr_zero(mask);
  }
#endif
  while (at != end && !is_control(*at)) ++at;
  return at;
}

}  // namespace

void HeadScanner::skip_leading_empty_line(std::string_view buffer) {
  if (position_ == 0 && buffer.starts_with("\r\n")) position_ = line_begin_ = first_ = 2;
}

HeadScanner::Found HeadScanner::scan(std::string_view buffer, std::size_t lines_max,
                                     bool stop_at_first_line) {
  const char* const begin = buffer.data();
  const char* const end = begin + buffer.size();
  const char* at = begin + position_;
  for (;;) {
    at = find_control(at, end);
    position_ = static_cast<std::uint32_t>(at - begin);
    if (at == end) return Found::kNothing;
    if (*at == '\n') return Found::kBareLf;
    if (*at != '\r') return Found::kControl;
    if (end - at == 1) return Found::kNothing;  // the LF may be in the next packet: the CR is looked at again
    if (at[1] != '\n') return Found::kBareCr;
    const bool empty = position_ == line_begin_;
    const std::uint32_t line_end = position_;
    at += 2;
    position_ = line_begin_ = line_end + 2;
    if (empty) return Found::kEnd;
    if (line_count_ == lines_max || line_count_ == ends_.size()) return Found::kTooManyLines;
    ends_[line_count_++] = line_end;
    if (stop_at_first_line && line_count_ == 1) return Found::kLine;
  }
}

std::string_view parse_field_line(std::string_view line, HeaderList& out) {
  const char* const end = line.data() + line.size();
  const char* at = line.data();
  while (at != end && is_token_character(*at)) ++at;
  if (at == end) return "A header line has no colon";
  if (*at != ':') {
    if (line.front() == ' ' || line.front() == '\t') return "Folded header lines are not accepted";
    if (*at == ' ' || *at == '\t') return "White space in a header name";
    return "A header name holds a character that is not allowed";
  }
  if (at == line.data()) return "A header name is empty";
  const std::string_view name(line.data(), static_cast<std::size_t>(at - line.data()));
  ++at;
  const std::string_view value = trim_white_space({at, static_cast<std::size_t>(end - at)});
  (void)out.push(name, value, header_id(name));
  return {};
}

}  // namespace weir::net
