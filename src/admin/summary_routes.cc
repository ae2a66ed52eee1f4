#include "admin/summary_routes.h"

#include "admin/answers.h"
#include "admin/usage_json.h"
#include "admin/usage_params.h"

namespace weir {
namespace {

constexpr Seconds kRangeDefault = std::chrono::hours(24);
constexpr std::size_t kTopDefault = 10;
constexpr std::size_t kSeriesMax = 50;
constexpr std::size_t kSeriesDefault = 10;

/// What /usage/summary and /usage/top differ in: what is asked for when nothing is said.
struct SummaryDefaults {
  GroupBy group_by = GroupBy::kNone;
  std::size_t limit = 100;
};

Result<net::ServiceResponse> summarize(UsageQueries& queries, Call& call, UtcTime now,
                                       SummaryDefaults defaults) {
  SummaryQuery question;
  question.range = read_time_range(call.query, now, kRangeDefault);
  question.filter = read_usage_filter(call.query);
  question.group_by = read_group_by(call.query, defaults.group_by);
  question.order = read_order(call.query);
  question.limit = call.query.integer("limit", 1, kUsageGroupsMax).value_or(defaults.limit);
  question.compare = read_compare(call.query);
  WEIR_TRY(call.query.result());
  WEIR_TRY_ASSIGN(summary, queries.summary(question));
  return json_answer(200, to_json(summary, question.group_by));
}

Result<net::ServiceResponse> percentiles(UsageQueries& queries, Call& call, UtcTime now) {
  SummaryQuery question;
  question.range = read_time_range(call.query, now, kRangeDefault);
  question.filter = read_usage_filter(call.query);
  question.group_by = read_group_by(call.query, GroupBy::kNone);
  question.order = read_order(call.query);
  question.limit = call.query.integer("limit", 1, kUsageGroupsMax).value_or(question.limit);
  question.fractions = read_fractions(call.query);
  WEIR_TRY(call.query.result());
  WEIR_TRY_ASSIGN(summary, queries.summary(question));
  return json_answer(200, percentiles_json(summary, question.group_by, question.fractions));
}

Result<net::ServiceResponse> by_time(UsageQueries& queries, Call& call, UtcTime now) {
  SeriesQuery question;
  question.range = read_time_range(call.query, now, kRangeDefault);
  question.step = read_step(call.query, question.range);
  question.filter = read_usage_filter(call.query);
  question.group_by = read_group_by(call.query, GroupBy::kNone);
  question.order = read_order(call.query);
  question.limit = call.query.integer("limit", 1, kSeriesMax).value_or(kSeriesDefault);
  WEIR_TRY(call.query.result());
  WEIR_TRY_ASSIGN(timeline, queries.timeline(question));
  return json_answer(200, to_json(timeline, question.group_by));
}

}  // namespace

void add_summary_routes(Router& router, UsageQueries& queries, const Clock& clock) {
  const auto add = [&](std::string path, auto answer) {
    router.add({"GET", std::move(path), Access::kViewer, BodyRule::kNone, true,
                [&queries, &clock, answer](Call& call) { return answer(queries, call, clock.utc()); }});
  };
  add("/api/v1/usage/summary",
      [](UsageQueries& asked, Call& call, UtcTime now) { return summarize(asked, call, now, {}); });
  add("/api/v1/usage/top", [](UsageQueries& asked, Call& call, UtcTime now) {
    return summarize(asked, call, now, {.group_by = GroupBy::kEndpoint, .limit = kTopDefault});
  });
  add("/api/v1/usage/timeseries", by_time);
  add("/api/v1/usage/percentiles", percentiles);
}

}  // namespace weir
