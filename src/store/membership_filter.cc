#include "store/membership_filter.h"

#include <algorithm>
#include <cstddef>

#include "store/byte_io.h"

namespace weir {
namespace {

constexpr std::size_t kBitsPerText = 12;

/// Which word, from the hash's upper half; which four of its bits, from the lower.
std::size_t word_of(std::uint64_t hash, std::size_t words) {
  return static_cast<std::size_t>(((hash >> 32) * words) >> 32);
}
std::uint64_t bits_of(std::uint64_t hash) {
  return 1ULL << (hash & 63) | 1ULL << (hash >> 6 & 63) | 1ULL << (hash >> 12 & 63) |
         1ULL << (hash >> 18 & 63);
}

}  // namespace

void encode_filter(std::span<const std::uint64_t> hashes, std::string& out) {
  const std::size_t words = std::max<std::size_t>(1, (hashes.size() * kBitsPerText + 63) / 64);
  const std::size_t start = out.size();
  out.resize(start + words * 8);
  for (const std::uint64_t hash : hashes) {
    char* word = out.data() + start + word_of(hash, words) * 8;
    store_word(word, load_word<std::uint64_t>(word) | bits_of(hash));
  }
}

bool filter_may_contain(std::string_view filter, std::uint64_t hash) {
  if (filter.empty() || filter.size() % 8 != 0) return true;
  const std::uint64_t bits = bits_of(hash);
  return (load_word<std::uint64_t>(filter.data() + word_of(hash, filter.size() / 8) * 8) & bits) == bits;
}

}  // namespace weir
