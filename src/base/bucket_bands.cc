#include "base/bucket_bands.h"

#include <algorithm>

#include "base/encoded_buckets.h"
#include "base/log_histogram.h"

namespace weir {
namespace {

/// What is looked for is mostly right above the lowest bucket.
constexpr std::size_t kNarrow = 8;
/// From so many bytes on, going through the bands once more costs less than a sum in memory for each bucket.
constexpr std::size_t kLongFrom = 48;

}  // namespace

BucketBands::BucketBands(std::size_t lowest) {
  std::size_t first = std::min(lowest, kLogBuckets - 1);
  for (std::size_t band = 0; band < kBands; ++band) {
    const std::size_t width = band < kNarrow ? 1 : std::size_t{2} << (band - kNarrow);
    const std::size_t end = band + 1 < kBands ? std::min(first + width, kLogBuckets) : kLogBuckets;
    // Bands beyond the last bucket stay empty.
    spans_[band] = {.first = std::min(first, kLogBuckets - 1), .last = std::max(end, std::size_t{1}) - 1};
    for (std::size_t bucket = first; bucket < end; ++bucket) bands_[bucket] = static_cast<std::uint8_t>(band);
    first = end;
  }
}

Result<void> BucketBands::merge(std::string_view encoded, Counts& counts) const {
  const bool sound =
      encoded.size() < kLongFrom
          ? each_encoded(encoded, lowest(),
                         [&](std::size_t bucket, std::uint64_t count) { counts[bands_[bucket]] += count; })
          : merge_long(encoded, counts);
  if (!sound) return fail(ErrorCode::kCorrupt, "a histogram of durations is damaged");
  return {};
}

/// Buckets fall, so what a band and those above it have is written, not added up, while it grows.
bool BucketBands::merge_long(std::string_view encoded, Counts& counts) const {
  Counts down_to{};
  std::uint64_t seen = 0;
  const bool sound = each_encoded(encoded, lowest(), [&](std::size_t bucket, std::uint64_t count) {
    seen += count;
    down_to[bands_[bucket]] = seen;
  });
  std::uint64_t above = 0;
  for (std::size_t band = kBands; band-- > 0;) {
    const std::uint64_t reached = std::max(above, down_to[band]);  // 0: it has none
    counts[band] += reached - above;
    above = reached;
  }
  return sound;
}

std::optional<BucketBands::Span> BucketBands::percentile(double fraction, std::uint64_t total,
                                                         const Counts& counts) const {
  if (total == 0) return std::nullopt;
  const std::uint64_t from_top = LogHistogram::rank_from_top(fraction, total);
  std::uint64_t seen = 0;
  for (std::size_t band = kBands; band-- > 0;) {
    seen += counts[band];
    if (seen >= from_top) return spans_[band];
  }
  return std::nullopt;
}

}  // namespace weir
