// Walks through the bytes of an encoded LogHistogram, without making one of them.
//
// Inline: it is what rankings spend their time in. Any bytes may be handed to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/log_buckets.h"
#include "base/varint.h"

namespace weir {

/// Most a bucket counts.
inline constexpr std::uint64_t kBucketCountMax = (1ULL << 53) - 1;

/// The buckets of an encoding (LogHistogram::encode), the highest first.
class EncodedBuckets {
 public:
  explicit EncodedBuckets(std::string_view data)
      : at_(reinterpret_cast<const std::uint8_t*>(data.data())), end_(at_ + data.size()) {}

  [[nodiscard]] bool done() const { return at_ == end_; }
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  /// False: these bytes are no encoding.
  bool next(std::size_t& bucket, std::uint64_t& count) {
    std::uint64_t token = 0;
    // Nearly always gap and count have a byte each; whether there is a count is anybody's guess, so it is
    // not branched on.
    if (end_ - at_ >= 2 && ((at_[0] | (at_[1] & -(at_[0] & 1))) & 0x80) == 0) {
      token = at_[0];
      const std::uint64_t counted = token & 1;
      count = 1 + ((std::uint64_t{at_[1]} + 1) & (0 - counted));
      at_ += 1 + counted;
    } else {
      if (!take_shortest(token)) return false;
      count = 1;
      if ((token & 1) != 0) {
        if (!take_shortest(count) || count > kBucketCountMax - 2) return false;
        count += 2;
      }
    }
    if (token / 2 >= above_) return false;
    bucket = above_ -= 1 + static_cast<std::size_t>(token / 2);
    return true;
  }

  /// Calls `visit(bucket, count)` for each that is left, down to `lowest`; false: as above.
  template <class Visit>
  bool each(std::size_t lowest, Visit visit) {
    std::size_t bucket = 0;
    std::uint64_t count = 0;
    while (!done()) {
      std::uint64_t word = 0;
      if (left() >= sizeof word) std::memcpy(&word, at_, sizeof word);
      // Eight bytes that are whole varints, as nearly all are, hold four buckets at least: read from a
      // register, where the next one waits for no load.
      if (left() >= sizeof word && (word & 0x8080'8080'8080'8080) == 0 && above_ >= kFourGaps) {
        for (int i = 0; i < 4; ++i) {
          const std::uint64_t counted = word & 1;
          above_ -= 1 + static_cast<std::size_t>((word & 0xFF) / 2);
          if (above_ < lowest) return true;
          visit(above_, 1 + (((word >> 8 & 0xFF) + 1) & (0 - counted)));
          word >>= 8 + 8 * counted;
          at_ += 1 + counted;
        }
        continue;
      }
      if (!next(bucket, count)) return false;
      if (bucket < lowest) return true;
      visit(bucket, count);
    }
    return true;
  }

 private:
  static constexpr std::size_t kFourGaps = 4 * 64;  // the most that four tokens of a byte go down

  /// A varint as put_varint writes it, with no byte more than needed. One and two bytes are nearly all.
  bool take_shortest(std::uint64_t& value) {
    if (at_ == end_) return false;
    value = *at_++;
    if (value < 0x80) return true;
    if (at_ == end_) return false;
    if (*at_ < 0x80) {
      value = (value & 0x7F) | static_cast<std::uint64_t>(*at_) << 7;
      return *at_++ != 0;
    }
    std::string_view rest(reinterpret_cast<const char*>(at_ - 1), left() + 1);
    if (!take_varint(rest, value)) return false;
    at_ = end_ - rest.size();
    return at_[-1] != 0;
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::size_t above_ = kLogBuckets;
};

/// Calls `visit(bucket, count)` for each bucket of an encoding, the highest first, down to `lowest`; false
/// when what was read is none.
template <class Visit>
inline bool each_encoded(std::string_view data, std::size_t lowest, Visit visit) {
  return EncodedBuckets(data).each(lowest, visit);
}

}  // namespace weir
