#include "usage/percentile_ranking.h"

#include <algorithm>
#include <numeric>

#include "base/log_buckets.h"
#include "usage/usage_totals.h"

namespace weir {
namespace {

using Places = boost::unordered_flat_map<std::uint32_t, std::uint32_t>;

/// A group whose percentile lies between two values of UsageOrder, both included.
struct Contender {
  std::uint32_t id = 0;
  double least = 0;
  double most = 0;
  std::size_t first_bucket = 0;
};

bool comes_before(const Contender& a, const Contender& b) {
  return a.least != b.least ? a.least > b.least : a.id < b.id;
}

/// Those above the bar.
std::vector<Contender> contenders_of(const ScanResult& result, const BucketBands& bands, double fraction) {
  std::vector<Contender> found;
  for (std::size_t i = 0; i < result.ids.size(); ++i) {
    const RollupMeasures& measures = result.sums[i].measures;
    const auto span = bands.percentile(fraction, measures.response_count, result.bands[i]);
    if (!span) continue;
    const auto value = [&measures](std::size_t bucket) {
      return static_cast<double>(std::min(log_bucket_value(bucket), measures.response_max));
    };
    found.push_back({.id = result.ids[i],
                     .least = value(span->first),
                     .most = value(span->last),
                     .first_bucket = span->first});
  }
  return found;
}

/// Leaves those that can be among the first `limit`, of which there are as many.
void keep_possible(std::vector<Contender>& contenders, std::size_t limit) {
  if (contenders.size() <= limit) return;
  const auto last = contenders.begin() + static_cast<std::ptrdiff_t>(limit - 1);
  std::nth_element(contenders.begin(), last, contenders.end(), comes_before);
  const double least = last->least;
  std::erase_if(contenders, [least](const Contender& contender) { return contender.most < least; });
}

/// Reads the histograms of those whose place is not known yet.
Result<void> settle(RollupSnapshot& snapshot, ScanQuestion asked, UsageOrder order,
                    std::vector<Contender>& contenders) {
  Places wanted;
  asked.bands = nullptr;
  asked.response_times = true;
  asked.lowest_bucket = kLogBuckets;
  for (const Contender& contender : contenders) {
    if (contender.least == contender.most) continue;
    wanted.emplace(contender.id, static_cast<std::uint32_t>(wanted.size()));
    asked.lowest_bucket = std::min(asked.lowest_bucket, contender.first_bucket);
  }
  if (wanted.empty()) return {};
  asked.wanted = &wanted;
  asked.room = nullptr;  // for those that are few, it is kept as it is
  WEIR_TRY_ASSIGN(found, scan_usage(snapshot, asked));
  for (Contender& contender : contenders) {
    const auto place = wanted.find(contender.id);
    if (place == wanted.end()) continue;
    contender.least = contender.most = order_value(order, found.sums[place->second]);
  }
  return {};
}

Result<PercentileRanking> rank_whole(RollupSnapshot& snapshot, ScanQuestion asked, UsageOrder order,
                                     std::size_t limit) {
  asked.bands = nullptr;
  asked.response_times = true;
  asked.lowest_bucket = 0;
  WEIR_TRY_ASSIGN(found, scan_usage(snapshot, asked));
  PercentileRanking ranking;
  ranking.found = found.ids.size();
  for (const std::uint32_t place : ranked(found, order, limit)) ranking.ids.push_back(found.ids[place]);
  return ranking;
}

}  // namespace

Result<PercentileRanking> rank_by_percentile(RollupSnapshot& snapshot, ScanQuestion asked, UsageOrder order,
                                             std::size_t limit, double bar) {
  const BucketBands bands(bar > 0 ? log_bucket_of(static_cast<std::uint64_t>(bar)) : 0);
  asked.lowest_bucket = bands.lowest();
  asked.bands = &bands;
  WEIR_TRY_ASSIGN(found, scan_usage(snapshot, asked));
  std::vector<Contender> contenders = contenders_of(found, bands, fraction_of(order));
  PercentileRanking ranking;
  ranking.found = found.ids.size();
  if (asked.room != nullptr) *asked.room = std::move(found);
  if (contenders.size() < std::min(limit, ranking.found)) {
    return rank_whole(snapshot, std::move(asked), order, limit);
  }
  keep_possible(contenders, limit);
  WEIR_TRY(settle(snapshot, std::move(asked), order, contenders));
  std::sort(contenders.begin(), contenders.end(), comes_before);
  if (contenders.size() > limit) contenders.resize(limit);
  for (const Contender& contender : contenders) ranking.ids.push_back(contender.id);
  return ranking;
}

std::vector<std::uint32_t> ranked(const ScanResult& result, UsageOrder order, std::size_t limit) {
  std::vector<double> values;
  values.reserve(result.sums.size());
  for (const ScanSum& sum : result.sums) values.push_back(order_value(order, sum));
  std::vector<std::uint32_t> places(result.ids.size());
  std::iota(places.begin(), places.end(), 0U);
  const auto first = [&](std::uint32_t a, std::uint32_t b) {
    if (values[a] != values[b]) return values[a] > values[b];
    return result.ids[a] < result.ids[b];
  };
  const auto end = places.begin() + static_cast<std::ptrdiff_t>(std::min(limit, places.size()));
  std::partial_sort(places.begin(), end, places.end(), first);
  places.erase(end, places.end());
  return places;
}

}  // namespace weir
