#include "usage/usage_report.h"

#include <algorithm>
#include <array>

namespace weir {
namespace {

constexpr std::size_t kPage = 1000;
/// What people read a time axis in.
constexpr std::array<std::int64_t, 11> kSteps = {60,    300,   900,   1800,   3600,   7200,
                                                 21600, 43200, 86400, 604800, 2592000};
constexpr std::int64_t kPointsWanted = 120;

void note(ReportedKeys& list, const ApiKey& key) {
  ++list.count;
  if (list.keys.size() < UsageReport::kKeysMax)
    list.keys.push_back({key.id, key.name, key.last_used, key.expires_at});
}

/// `callers`: ascending.
Result<void> look_at_keys(KeyStore& keys, const std::vector<std::uint32_t>& callers, UtcTime end, UtcTime now,
                          UsageReport& report) {
  KeyFilter filter;
  filter.is_active = true;
  filter.limit = kPage;
  for (;;) {
    WEIR_TRY_ASSIGN(page, keys.list(filter));
    for (const ApiKey& key : page) {
      const bool expired = key.expires_at && *key.expires_at <= now;
      if (expired) continue;
      if (key.created_at < end && !std::binary_search(callers.begin(), callers.end(), key.id.value()))
        note(report.unused, key);
      if (key.expires_at && *key.expires_at - now <= UsageReport::kExpiringWithin) note(report.expiring, key);
    }
    if (page.size() < kPage) return {};
    filter.after = page.back().id;
  }
}

/// Groups of which `keep` is true, at most kGroupsMax.
template <class Keep>
void narrow(UsageSummary& summary, Keep keep) {
  std::erase_if(summary.groups, [&](const UsageGroup& group) { return !keep(group.totals); });
  if (summary.groups.size() > UsageReport::kGroupsMax) summary.groups.resize(UsageReport::kGroupsMax);
}

}  // namespace

Seconds readable_step(const TimeRange& range) {
  const std::int64_t wanted =
      std::chrono::duration_cast<Seconds>(range.to - range.from).count() / kPointsWanted;
  const auto step =
      std::find_if(kSteps.begin(), kSteps.end(), [wanted](std::int64_t each) { return each >= wanted; });
  return Seconds{step == kSteps.end() ? kSteps.back() : *step};
}

Result<UsageReport> make_usage_report(UsageQueries& queries, KeyStore& keys, const TimeRange& range,
                                      UtcTime now) {
  UsageReport report;
  report.made_at = now;
  const auto ask = [&](GroupBy group_by, UsageOrder order, std::size_t limit, bool compare) {
    return queries.summary({.range = range,
                            .filter = {},
                            .group_by = group_by,
                            .order = order,
                            .limit = limit,
                            .compare = compare});
  };
  const auto top = UsageReport::kGroupsMax;
  // More than are shown, where those that do not belong are taken out.
  constexpr std::size_t kMore = kUsageGroupsMax;
  WEIR_TRY_ASSIGN(totals, ask(GroupBy::kNone, UsageOrder::kRequests, 1, true));
  WEIR_TRY_ASSIGN(by_key, ask(GroupBy::kKey, UsageOrder::kRequests, top, true));
  WEIR_TRY_ASSIGN(by_endpoint, ask(GroupBy::kEndpoint, UsageOrder::kRequests, top, true));
  WEIR_TRY_ASSIGN(slowest, ask(GroupBy::kEndpoint, UsageOrder::kP95, kMore, false));
  WEIR_TRY_ASSIGN(failing, ask(GroupBy::kEndpoint, UsageOrder::kErrors, top, false));
  WEIR_TRY_ASSIGN(statuses, ask(GroupBy::kStatus, UsageOrder::kRequests, kMore, false));
  WEIR_TRY_ASSIGN(limited, ask(GroupBy::kKey, UsageOrder::kLimited, top, false));
  WEIR_TRY_ASSIGN(outcomes, ask(GroupBy::kOutcome, UsageOrder::kRequests, kMore, false));
  WEIR_TRY_ASSIGN(timeline, queries.timeline({.range = range, .step = readable_step(range), .filter = {}}));
  narrow(slowest, [](const UsageTotals& group) { return group.requests >= UsageReport::kCallsMin; });
  narrow(failing, [](const UsageTotals& group) { return group.errors > 0; });
  narrow(limited, [](const UsageTotals& group) { return group.limited > 0; });
  std::erase_if(statuses.groups, [](const UsageGroup& group) { return group.id < 400; });
  if (statuses.groups.size() > top) statuses.groups.resize(top);
  report.totals = std::move(totals);
  report.keys = std::move(by_key);
  report.endpoints = std::move(by_endpoint);
  report.slowest = std::move(slowest);
  report.failing = std::move(failing);
  report.statuses = std::move(statuses);
  report.limited = std::move(limited);
  report.outcomes = std::move(outcomes);
  report.timeline = std::move(timeline);
  WEIR_TRY_ASSIGN(callers, queries.callers(report.totals.range));
  WEIR_TRY(look_at_keys(keys, callers, report.totals.range.to, now, report));
  return report;
}

}  // namespace weir
