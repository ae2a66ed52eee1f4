#include "base/bucket_bands.h"

#include <algorithm>

#include "base/encoded_buckets.h"
#include "base/log_histogram.h"

namespace weir {
namespace {

/// What is looked for is mostly right above the lowest bucket.
constexpr std::size_t kNarrow = 8;

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
  const bool sound = each_encoded(
      encoded, lowest(), [&](std::size_t bucket, std::uint64_t count) { counts[bands_[bucket]] += count; });
  if (!sound) return fail(ErrorCode::kCorrupt, "a histogram of durations is damaged");
  return {};
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
