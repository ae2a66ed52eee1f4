#include "base/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace weir {
namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1U) ? 0x82F63B78U : 0U);
    table[i] = value;
  }
  return table;
}
constexpr auto kTable = make_table();

std::uint32_t crc32c_portable(const unsigned char* data, std::size_t size, std::uint32_t crc) noexcept {
  for (std::size_t i = 0; i < size; ++i) crc = (crc >> 8) ^ kTable[(crc ^ data[i]) & 0xFFU];
  return crc;
}

#if defined(__x86_64__)
/// An instruction takes three cycles, and one can begin in each: three sums side by side take as long as one.
constexpr std::size_t kLane = 256;  // bytes of each

/// What becomes of a sum when kLane zeros follow: by each of its bytes, for it is linear.
using Shift = std::array<std::array<std::uint32_t, 256>, 4>;
constexpr Shift make_shift() {
  Shift shift{};
  for (unsigned bit = 0; bit < 32; ++bit) {
    std::uint32_t value = 1U << bit;
    for (std::size_t i = 0; i < kLane; ++i) value = (value >> 8) ^ kTable[value & 0xFFU];
    auto& of_byte = shift[bit / 8];
    const std::size_t one = std::size_t{1} << bit % 8;
    for (std::size_t i = 0; i < one; ++i) of_byte[one + i] = of_byte[i] ^ value;
  }
  return shift;
}
constexpr Shift kShift = make_shift();

std::uint32_t shifted(std::uint64_t crc) noexcept {
  return kShift[0][crc & 0xFF] ^ kShift[1][crc >> 8 & 0xFF] ^ kShift[2][crc >> 16 & 0xFF] ^
         kShift[3][crc >> 24 & 0xFF];
}

__attribute__((target("sse4.2"))) std::uint32_t crc32c_sse42(const unsigned char* data, std::size_t size,
                                                             std::uint32_t crc) noexcept {
  std::uint64_t wide = crc;
  for (; size >= 3 * kLane; data += 3 * kLane, size -= 3 * kLane) {
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (std::size_t i = 0; i < kLane; i += 8) {
      std::uint64_t words[3];
      for (std::size_t lane = 0; lane < 3; ++lane) std::memcpy(&words[lane], data + lane * kLane + i, 8);
      wide = _mm_crc32_u64(wide, words[0]);
      second = _mm_crc32_u64(second, words[1]);
      third = _mm_crc32_u64(third, words[2]);
    }
    wide = shifted(shifted(wide) ^ second) ^ third;
  }
  for (; size >= 8; data += 8, size -= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, data, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  crc = static_cast<std::uint32_t>(wide);
  for (; size > 0; ++data, --size) crc = _mm_crc32_u8(crc, *data);
  return crc;
}
#endif

}  // namespace

std::uint32_t crc32c(const void* data, std::size_t size, std::uint32_t seed) noexcept {
  const auto* bytes = static_cast<const unsigned char*>(data);
#if defined(__x86_64__)
  static const bool has_sse42 = __builtin_cpu_supports("sse4.2") != 0;
  if (has_sse42) return ~crc32c_sse42(bytes, size, ~seed);
#endif
  return ~crc32c_portable(bytes, size, ~seed);
}

}  // namespace weir
