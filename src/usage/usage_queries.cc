#include "usage/usage_queries.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "usage/percentile_ranking.h"
#include "usage/scan_helper.h"
#include "usage/scan_room.h"
#include "usage/usage_names.h"
#include "usage/usage_scan.h"
#include "usage/usage_totals.h"

namespace weir {
namespace {

using Places = boost::unordered_flat_map<std::uint32_t, std::uint32_t>;

constexpr std::size_t kSeriesMax = 50;
/// Of more endpoints, histograms are made only of those asked for.
constexpr std::size_t kFewEndpoints = 2000;
constexpr Seconds kStepMax = std::chrono::days(3660);

Result<void> check_range(const TimeRange& range) {
  if (range.from <= range.to) return {};
  return fail(ErrorCode::kInvalid,
              fmt::format("from: not after to ({}), not {}", to_rfc3339(range.to), to_rfc3339(range.from)));
}

Result<void> check_limit(std::size_t limit, std::size_t most) {
  if (limit >= 1 && limit <= most) return {};
  return fail(ErrorCode::kInvalid, fmt::format("limit: 1 to {}, not {}", most, limit));
}

class StoreUsageQueries final : public UsageQueries {
 public:
  StoreUsageQueries(Store& store, std::function<SharedEndpointNames()> endpoints, std::size_t patience)
      : rollups_(store.rollups()), names_(store, std::move(endpoints)), helper_(rollups_, patience) {}

  Result<UsageSummary> summary(const SummaryQuery& query) override;
  Result<UsageTimeline> timeline(const SeriesQuery& query) override;
  Result<std::vector<std::uint32_t>> callers(const TimeRange& range) override;

 private:
  struct Ranking {
    std::vector<std::uint32_t> ids;
    std::vector<ScanSum> sums;
    std::size_t found = 0;
  };

  [[nodiscard]] ScanQuestion question(UsageCover cover, const ScanFilter& filter, GroupBy group_by,
                                      bool histograms);
  [[nodiscard]] bool has_few_groups(GroupBy group_by) const;
  Result<ScanSum> total(RollupSnapshot& snapshot, const UsageCover& cover, const ScanFilter& filter,
                        bool histograms);
  Result<std::vector<ScanSum>> sums_of(RollupSnapshot& snapshot, const UsageCover& cover,
                                       const ScanFilter& filter, GroupBy group_by,
                                       const std::vector<std::uint32_t>& ids, bool histograms);
  Result<Ranking> rank(RollupSnapshot& snapshot, const UsageCover& cover, const ScanFilter& filter,
                       const SummaryQuery& query, const ScanSum* total);
  Result<PercentileRanking> rank_by_percentile(RollupSnapshot& snapshot, const ScanQuestion& asked,
                                               const SummaryQuery& query, const ScanSum* total);
  Result<std::vector<UsageGroup>> named(const Ranking& ranking, const SummaryQuery& query);
  Result<void> compare(RollupSnapshot& snapshot, const UsageCover& cover, const RollupHorizons& horizons,
                       const ScanFilter& filter, const SummaryQuery& query, UsageSummary& out);

  RollupStore& rollups_;
  UsageNames names_;
  ScanRoom room_;
  ScanHelper helper_;
};

ScanQuestion StoreUsageQueries::question(UsageCover cover, const ScanFilter& filter, GroupBy group_by,
                                         bool histograms) {
  return {.cover = std::move(cover),
          .filter = filter,
          .group_by = group_by,
          .user_of = [this](std::uint32_t key) { return names_.user_of(key); },
          .measures = {},
          .response_times = histograms,
          .upstream_times = histograms,
          .helper = &helper_};
}

/// So few that their histograms cost less than a second look.
bool StoreUsageQueries::has_few_groups(GroupBy group_by) const {
  if (group_by == GroupBy::kEndpoint) return names_.endpoint_count() <= kFewEndpoints;
  return group_by != GroupBy::kKey && group_by != GroupBy::kUser;
}

Result<ScanSum> StoreUsageQueries::total(RollupSnapshot& snapshot, const UsageCover& cover,
                                         const ScanFilter& filter, bool histograms) {
  WEIR_TRY_ASSIGN(found, scan_usage(snapshot, question(cover, filter, GroupBy::kNone, histograms)));
  return std::move(found.sums.at(0));
}

Result<std::vector<ScanSum>> StoreUsageQueries::sums_of(RollupSnapshot& snapshot, const UsageCover& cover,
                                                        const ScanFilter& filter, GroupBy group_by,
                                                        const std::vector<std::uint32_t>& ids,
                                                        bool histograms) {
  Places wanted;
  for (const std::uint32_t id : ids) wanted.emplace(id, static_cast<std::uint32_t>(wanted.size()));
  ScanQuestion asked = question(cover, filter, group_by, histograms);
  asked.wanted = &wanted;
  WEIR_TRY_ASSIGN(found, scan_usage(snapshot, asked));
  return std::move(found.sums);
}

/// `total`: of all that matches; null or without a histogram: it is not known yet.
Result<PercentileRanking> StoreUsageQueries::rank_by_percentile(RollupSnapshot& snapshot,
                                                                const ScanQuestion& asked,
                                                                const SummaryQuery& query,
                                                                const ScanSum* total) {
  ScanResult all;
  if (total == nullptr || total->response.empty()) {
    ScanQuestion of_all = asked;
    of_all.group_by = GroupBy::kNone;
    of_all.response_times = true;
    of_all.room = nullptr;  // a single group
    WEIR_TRY_ASSIGN(scanned, scan_usage(snapshot, of_all));
    all = std::move(scanned);
    total = &all.sums.at(0);
  }
  return weir::rank_by_percentile(snapshot, asked, query.order, query.limit,
                                  order_value(query.order, *total));
}

/// What decides who comes first is added up of all groups, the rest of those that do. `total`: of all that
/// matches; null: the groups' names are all that is asked for.
Result<StoreUsageQueries::Ranking> StoreUsageQueries::rank(RollupSnapshot& snapshot, const UsageCover& cover,
                                                           const ScanFilter& filter,
                                                           const SummaryQuery& query, const ScanSum* total) {
  const bool at_once = has_few_groups(query.group_by) && (query.percentiles || needs_histogram(query.order));
  ScanQuestion asked = question(cover, filter, query.group_by, at_once);
  if (!at_once) asked.measures = measures_of(query.order);
  ScanResult room = room_.take();
  asked.room = &room;
  Ranking ranking;
  if (!at_once && needs_histogram(query.order)) {
    WEIR_TRY_ASSIGN(found, rank_by_percentile(snapshot, asked, query, total));
    ranking.found = found.found;
    ranking.ids = std::move(found.ids);
  } else {
    WEIR_TRY_ASSIGN(all, scan_usage(snapshot, asked));
    ranking.found = all.ids.size();
    for (const std::uint32_t place : ranked(all, query.order, query.limit)) {
      ranking.ids.push_back(all.ids[place]);
      if (at_once) ranking.sums.push_back(std::move(all.sums[place]));
    }
    room = std::move(all);
  }
  room_.give(std::move(room));
  if (!at_once && total != nullptr) {
    WEIR_TRY_ASSIGN(sums, sums_of(snapshot, cover, filter, query.group_by, ranking.ids, query.percentiles));
    ranking.sums = std::move(sums);
  }
  return ranking;
}

Result<std::vector<UsageGroup>> StoreUsageQueries::named(const Ranking& ranking, const SummaryQuery& query) {
  WEIR_TRY_ASSIGN(names, names_.names(query.group_by, ranking.ids));
  std::vector<UsageGroup> groups;
  groups.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    groups.push_back({.id = ranking.ids[i],
                      .name = std::move(names[i]),
                      .totals = totals_of(ranking.sums[i], query.fractions)});
  }
  return groups;
}

Result<void> StoreUsageQueries::compare(RollupSnapshot& snapshot, const UsageCover& cover,
                                        const RollupHorizons& horizons, const ScanFilter& filter,
                                        const SummaryQuery& query, UsageSummary& out) {
  const TimeRange range = cover.range();
  const UsageCover before = cover_range({range.from - (range.to - range.from), range.from}, horizons);
  WEIR_TRY_ASSIGN(sum, total(snapshot, before, filter, query.percentiles));
  out.before = before.range();
  out.total_before = totals_of(sum, query.fractions);
  if (out.groups.empty()) return {};
  std::vector<std::uint32_t> ids;
  for (const UsageGroup& group : out.groups) ids.push_back(static_cast<std::uint32_t>(group.id));
  WEIR_TRY_ASSIGN(sums, sums_of(snapshot, before, filter, query.group_by, ids, query.percentiles));
  for (const ScanSum& group : sums) out.groups_before.push_back(totals_of(group, query.fractions));
  return {};
}

Result<UsageSummary> StoreUsageQueries::summary(const SummaryQuery& query) {
  WEIR_TRY(check_range(query.range));
  WEIR_TRY(check_limit(query.limit, kUsageGroupsMax));
  WEIR_TRY_ASSIGN(filter, names_.look_up(query.filter));
  WEIR_TRY_ASSIGN(snapshot, rollups_.snapshot());
  WEIR_TRY_ASSIGN(horizons, snapshot->horizons());
  const UsageCover cover = cover_range(query.range, horizons);
  UsageSummary out;
  out.range = cover.range();
  if (!filter) {
    if (query.compare) out.total_before.emplace();
    if (query.compare) out.before = {out.range.from - (out.range.to - out.range.from), out.range.from};
    return out;
  }
  WEIR_TRY_ASSIGN(sum, total(*snapshot, cover, *filter, query.percentiles));
  out.total = totals_of(sum, query.fractions);
  if (query.group_by != GroupBy::kNone) {
    WEIR_TRY_ASSIGN(ranking, rank(*snapshot, cover, *filter, query, &sum));
    out.groups_found = ranking.found;
    WEIR_TRY_ASSIGN(groups, named(ranking, query));
    out.groups = std::move(groups);
  }
  if (query.compare) WEIR_TRY(compare(*snapshot, cover, horizons, *filter, query, out));
  return out;
}

Result<UsageTimeline> StoreUsageQueries::timeline(const SeriesQuery& query) {
  WEIR_TRY(check_range(query.range));
  WEIR_TRY(check_limit(query.limit, kSeriesMax));
  if (query.step < Seconds(60) || query.step > kStepMax || query.step % Seconds(60) != Seconds(0)) {
    return fail(ErrorCode::kInvalid, fmt::format("step: whole minutes, 60 s to {} s, not {} s",
                                                 kStepMax.count(), query.step.count()));
  }
  WEIR_TRY_ASSIGN(filter, names_.look_up(query.filter));
  WEIR_TRY_ASSIGN(snapshot, rollups_.snapshot());
  WEIR_TRY_ASSIGN(horizons, snapshot->horizons());
  // A step finer than what is kept where the range begins would show gaps that are none.
  const RollupMinute step = kept_step(horizons, rollup_minute_of(query.range.from), query.step / Seconds(60));
  const RollupMinute points =
      (rollup_minute_of(query.range.to) - rollup_minute_of(query.range.from)) / step + 2;
  const std::size_t lines = query.group_by == GroupBy::kNone ? 1 : query.limit;
  if (static_cast<std::uint64_t>(points) * lines > kUsagePointsMax) {
    return fail(
        ErrorCode::kInvalid,
        fmt::format("step: at most {} points in all series together, not {}: ask for a longer step{}",
                    kUsagePointsMax, static_cast<std::uint64_t>(points) * lines,
                    lines > 1 ? fmt::format(", or for fewer series than {} (limit)", lines) : std::string()));
  }
  const UsageCover cover = cover_range(query.range, horizons, step);
  UsageTimeline out;
  out.range = cover.range();
  out.step = Seconds(60) * step;
  for (RollupMinute at = cover.from; at < cover.to; at += step)
    out.starts.push_back(time_of_rollup_minute(at));
  std::vector<std::uint32_t> ids;
  if (query.group_by == GroupBy::kNone) {
    ids.push_back(0);
  } else if (filter) {
    SummaryQuery top;
    top.group_by = query.group_by;
    top.order = query.order;
    top.limit = query.limit;
    top.percentiles = false;
    WEIR_TRY_ASSIGN(ranking, rank(*snapshot, cover_range(query.range, horizons), *filter, top, nullptr));
    ids = std::move(ranking.ids);
  }
  Places wanted;
  for (const std::uint32_t id : ids) wanted.emplace(id, static_cast<std::uint32_t>(wanted.size()));
  ScanQuestion asked = question(cover, filter.value_or(ScanFilter()), query.group_by, query.percentiles);
  asked.step = step;
  if (query.group_by != GroupBy::kNone) asked.wanted = &wanted;
  ScanResult found;
  if (filter) {
    WEIR_TRY_ASSIGN(scanned, scan_usage(*snapshot, asked));
    found = std::move(scanned);
  } else {
    found.sums.resize(ids.size() * out.starts.size());
  }
  WEIR_TRY_ASSIGN(names, names_.names(query.group_by, ids));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    UsageSeries series{.id = ids[i], .name = std::move(names[i]), .points = {}};
    for (std::size_t point = 0; point < out.starts.size(); ++point) {
      series.points.push_back(totals_of(found.sums[i * out.starts.size() + point]));
    }
    out.series.push_back(std::move(series));
  }
  return out;
}

Result<std::vector<std::uint32_t>> StoreUsageQueries::callers(const TimeRange& range) {
  WEIR_TRY(check_range(range));
  WEIR_TRY_ASSIGN(snapshot, rollups_.snapshot());
  WEIR_TRY_ASSIGN(horizons, snapshot->horizons());
  ScanQuestion asked = question(cover_range(range, horizons), {}, GroupBy::kKey, false);
  asked.measures = measures_of(UsageOrder::kRequests);
  WEIR_TRY_ASSIGN(found, scan_usage(*snapshot, asked));
  std::sort(found.ids.begin(), found.ids.end());
  return std::move(found.ids);
}

}  // namespace

std::unique_ptr<UsageQueries> make_usage_queries(Store& store, std::function<SharedEndpointNames()> endpoints,
                                                 std::size_t patience) {
  return std::make_unique<StoreUsageQueries>(store, std::move(endpoints), patience);
}

}  // namespace weir
