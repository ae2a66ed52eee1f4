// Latencies in log-linear buckets: 128 a power of two, so a quantile is off by less than 1 %.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace weir::bench {

class LatencyHistogram {
 public:
  void add(std::int64_t ns) {
    const auto value = static_cast<std::uint64_t>(ns < 0 ? 0 : ns);
    ++buckets_[bucket_of(value)];
    ++count_;
  }

  /// Nanoseconds below which `fraction` of what was added lies; 0 when nothing was.
  [[nodiscard]] std::uint64_t quantile(double fraction) const {
    const auto rank = static_cast<std::uint64_t>(fraction * static_cast<double>(count_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen > rank) return value_of(i);
    }
    return 0;
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  static constexpr unsigned kBits = 7;
  static constexpr std::uint64_t kSteps = 1U << kBits;

  // Below kSteps a bucket is one nanosecond; above, the highest kBits + 1 bits name it.
  static std::size_t bucket_of(std::uint64_t value) {
    if (value < kSteps) return value;
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - kBits - 1;
    return (shift + 1) * kSteps + (value >> shift) - kSteps;
  }
  static std::uint64_t value_of(std::size_t bucket) {
    if (bucket < kSteps) return bucket;
    const std::uint64_t shift = bucket / kSteps - 1;
    return (bucket % kSteps + kSteps) << shift;
  }

  std::vector<std::uint64_t> buckets_ = std::vector<std::uint64_t>((64 - kBits + 1) * kSteps);
  std::uint64_t count_ = 0;
};

}  // namespace weir::bench
