#include "alerts/latency_sketch.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "store/byte_io.h"

namespace weir {
namespace {

constexpr std::size_t kPerOctave = 32;
constexpr std::size_t kBounds = kLatencyBuckets - 1;
constexpr int kLowestExponent = -10;

/// Upper bounds of the buckets in microseconds (a bucket holds what is at most its bound and above the one
/// below), and for each bit width of a value where to look.
struct Bounds {
  Bounds() {
    for (std::size_t i = 0; i < kBounds; ++i) {
      const double exponent = kLowestExponent + static_cast<double>(i) / kPerOctave;
      upper[i] = static_cast<std::uint64_t>(std::floor(1e6 * std::exp2(exponent)));
    }
    for (std::size_t width = 0; width < from.size(); ++width) {
      const std::uint64_t smallest = width == 0 ? 0 : std::uint64_t{1} << (width - 1);
      from[width] =
          static_cast<std::uint16_t>(std::lower_bound(upper.begin(), upper.end(), smallest) - upper.begin());
    }
    for (std::size_t i = 0; i < kLatencyBuckets; ++i) {
      const double low = i == 0 ? 0 : static_cast<double>(upper[i - 1]);
      const double high = i < kBounds ? static_cast<double>(upper[i]) : low * std::exp2(1.0 / kPerOctave);
      middle[i] = i == 0 ? high / 2e6 : std::sqrt(low * high) / 1e6;
    }
  }

  std::array<std::uint64_t, kBounds> upper{};
  std::array<std::uint16_t, 65> from{};
  std::array<double, kLatencyBuckets> middle{};
};

const Bounds& bounds() {
  static const Bounds made;
  return made;
}

/// Buckets 1 and up in groups of 2^level; 0 stays alone.
std::uint32_t group_of(std::uint32_t bucket, std::uint8_t level) {
  return bucket == 0 ? 0 : ((bucket - 1) >> level) + 1;
}
std::uint32_t first_of(std::uint32_t group, std::uint8_t level) {
  return group == 0 ? 0 : ((group - 1) << level) + 1;
}

}  // namespace

std::uint16_t latency_bucket(Micros value) {
  const std::uint64_t micros = value.count() > 0 ? static_cast<std::uint64_t>(value.count()) : 0;
  const Bounds& table = bounds();
  const auto width = static_cast<std::size_t>(std::bit_width(micros));
  const auto* begin = table.upper.data() + table.from[width];
  const auto* end =
      table.upper.data() + (width < 64 ? std::min<std::size_t>(kBounds, table.from[width + 1] + 1) : kBounds);
  return static_cast<std::uint16_t>(std::lower_bound(begin, end, micros) - table.upper.data());
}

double latency_of(std::uint16_t bucket) {
  return bounds().middle[bucket];
}

std::uint32_t LatencySketch::joined(std::uint32_t group, std::uint8_t from, std::uint8_t level) {
  return group_of(first_of(group, from), level);
}

std::uint16_t LatencySketch::bucket_of(std::uint32_t group, std::uint8_t level) {
  const std::uint32_t middle = group == 0 ? 0 : first_of(group, level) + (1U << level) / 2;
  return static_cast<std::uint16_t>(std::min<std::uint32_t>(middle, kLatencyBuckets - 1));
}

LatencySketch LatencySketch::at_level(std::uint8_t level) {
  LatencySketch sketch;
  sketch.level_ = level;
  return sketch;
}

void LatencySketch::add_group(std::uint32_t group, std::uint32_t count) {
  std::size_t at = size_;
  while (at > 0 && entries_[at - 1].group < group) --at;
  if (at > 0 && entries_[at - 1].group == group) {
    entries_[at - 1].count = std::min(kCountMax, entries_[at - 1].count + std::min(count, kCountMax));
    return;
  }
  for (std::size_t i = size_; i > at; --i) entries_[i] = entries_[i - 1];
  entries_[at] = {.group = group, .count = std::min(count, kCountMax)};
  ++size_;
  while (size_ > kEntriesMax) coarsen();
}

void LatencySketch::add(std::uint16_t bucket, std::uint32_t count) {
  add_group(group_of(bucket, level_), count);
}

void LatencySketch::coarsen() {
  const std::uint8_t before = level_++;
  const std::size_t count = std::exchange(size_, std::uint8_t{0});
  // Neighbours stay neighbours: what is written lies never behind what is read.
  for (std::size_t i = 0; i < count; ++i) {
    const Entry entry = entries_[i];
    add_group(joined(entry.group, before, level_), entry.count);
  }
}

void LatencySketch::merge(const LatencySketch& other) {
  while (level_ < other.level_) coarsen();
  for (std::size_t i = 0; i < other.size_; ++i)
    add_group(joined(other.entries_[i].group, other.level_, level_), other.entries_[i].count);
}

std::uint8_t* LatencySketch::write(std::uint8_t* out) const {
  out = write_varint(out, std::size_t{size_} << 3 | level_);
  for (std::size_t i = 0; i < size_; ++i)
    out = write_varint(write_varint(out, entries_[i].group), entries_[i].count);
  return out;
}

bool LatencySketch::take(std::string_view& data, LatencySketch& sketch) {
  std::uint64_t head = 0;
  if (!take_varint(data, head) || (head & 7) > kCoarsest || head >> 3 > kEntriesMax) return false;
  sketch = at_level(static_cast<std::uint8_t>(head & 7));
  for (std::uint64_t i = 0; i < head >> 3; ++i) {
    std::uint64_t group = 0;
    std::uint64_t count = 0;
    if (!take_varint(data, group) || !take_varint(data, count)) return false;
    if (group > group_of(kLatencyBuckets - 1, sketch.level_) || count == 0 || count > kCountMax) return false;
    sketch.add_group(static_cast<std::uint32_t>(group), static_cast<std::uint32_t>(count));
  }
  return true;
}

void LatencySum::clear() {
  if (lowest_ <= highest_) std::fill(counts_.begin() + lowest_, counts_.begin() + highest_ + 1, 0);
  lowest_ = kLatencyBuckets;
  highest_ = 0;
  count_ = 0;
}

void LatencySum::add(std::uint16_t bucket, std::uint32_t count) {
  counts_[bucket] += count;
  lowest_ = std::min(lowest_, bucket);
  highest_ = std::max(highest_, bucket);
  count_ += count;
}

void LatencySum::add(const LatencySketch& sketch) {
  sketch.each([&](std::uint32_t group, std::uint32_t count) {
    add(LatencySketch::bucket_of(group, sketch.level()), count);
  });
}

double LatencySum::percentile(double fraction) const {
  const auto rank = static_cast<std::uint64_t>(std::ceil(fraction * static_cast<double>(count_)));
  std::uint64_t above = count_ - std::min(count_, std::max<std::uint64_t>(rank, 1)) + 1;
  for (std::uint16_t bucket = highest_;; --bucket) {
    if (counts_[bucket] >= above) return latency_of(bucket);
    above -= counts_[bucket];
    if (bucket == lowest_) return latency_of(bucket);
  }
}

double LatencySum::statistic(LatencyStatistic which) const {
  if (count_ == 0) return 0;
  switch (which) {
    case LatencyStatistic::kP50:
      return percentile(0.50);
    case LatencyStatistic::kP90:
      return percentile(0.90);
    case LatencyStatistic::kP95:
      return percentile(0.95);
    case LatencyStatistic::kP99:
      return percentile(0.99);
    case LatencyStatistic::kMax:
      return latency_of(highest_);
    case LatencyStatistic::kMean:
      break;
  }
  double sum = 0;
  for (std::uint16_t bucket = lowest_; bucket <= highest_; ++bucket)
    sum += counts_[bucket] * latency_of(bucket);
  return sum / static_cast<double>(count_);
}

}  // namespace weir
