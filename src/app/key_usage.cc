#include "app/key_usage.h"

namespace weir {
namespace {

using std::chrono::hours;

Result<std::vector<UsageHour>> last_hours(UsageQueries& queries, KeyId key, UtcTime now) {
  const UtcTime this_hour = std::chrono::floor<hours>(now);
  SeriesQuery question;
  question.range = {this_hour - hours(23), this_hour + hours(1)};
  question.step = hours(1);
  question.filter.key = key;
  question.percentiles = false;
  WEIR_TRY_ASSIGN(timeline, queries.timeline(question));
  std::vector<UsageHour> out;
  for (const auto& series : timeline.series) {
    for (std::size_t i = 0; i < series.points.size(); ++i) {
      const auto& point = series.points[i];
      out.push_back({timeline.starts[i], point.requests, point.errors, point.limited});
    }
  }
  return out;
}

}  // namespace

KeyUsageQuery key_usage_from(UsageQueries& queries) {
  return [&queries](KeyId key, UtcTime now) { return last_hours(queries, key, now); };
}

}  // namespace weir
