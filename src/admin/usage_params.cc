#include "admin/usage_params.h"

#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "admin/param_bounds.h"
#include "admin/usage_routes.h"
#include "base/joined.h"
#include "base/quantity.h"
#include "usage/usage_report.h"

namespace weir {
namespace {

constexpr std::size_t kWordMax = 64;

template <class T>
using Word = std::pair<std::string_view, T>;

constexpr std::array<Word<GroupBy>, 6> kGroupings = {{{"key", GroupBy::kKey},
                                                      {"user", GroupBy::kUser},
                                                      {"endpoint", GroupBy::kEndpoint},
                                                      {"status", GroupBy::kStatus},
                                                      {"method", GroupBy::kMethod},
                                                      {"outcome", GroupBy::kOutcome}}};
constexpr std::array<Word<UsageOrder>, 11> kOrders = {{{"requests", UsageOrder::kRequests},
                                                       {"errors", UsageOrder::kErrors},
                                                       {"error_rate", UsageOrder::kErrorRate},
                                                       {"limited", UsageOrder::kLimited},
                                                       {"bytes", UsageOrder::kBytes},
                                                       {"mean", UsageOrder::kMean},
                                                       {"p50", UsageOrder::kP50},
                                                       {"p90", UsageOrder::kP90},
                                                       {"p95", UsageOrder::kP95},
                                                       {"p99", UsageOrder::kP99},
                                                       {"max", UsageOrder::kMax}}};
constexpr std::array<Word<bool>, 1> kComparisons = {{{"previous", true}}};
template <class T, std::size_t N>
T read_word(QueryParams& query, std::string_view name, const std::array<Word<T>, N>& words, T otherwise) {
  const auto text = query.text(name, kWordMax);
  if (!text) return otherwise;
  std::vector<std::string_view> known;
  for (const auto& [word, value] : words) {
    if (word == *text) return value;
    known.push_back(word);
  }
  query.problem(name, fmt::format("must be one of {}, but is '{}'", joined(known, ", "), *text));
  return otherwise;
}

}  // namespace

UsageFilter read_usage_filter(QueryParams& query) {
  UsageFilter filter;
  if (const auto id = query.integer("key_id", 0, kIdMax)) filter.key = KeyId(static_cast<std::uint32_t>(*id));
  if (const auto id = query.integer("user_id", 1, kIdMax))
    filter.user = UserId(static_cast<std::uint32_t>(*id));
  filter.endpoint = query.text("endpoint", kPathMax);
  filter.method = query.text("method", 32);
  if (filter.method && parse_method(*filter.method) == Method::kOther &&
      *filter.method != to_string(Method::kOther)) {
    query.problem(
        "method",
        fmt::format("must be one that totals keep by name, like GET, or OTHER for all others, but is "
                    "'{}': the call log has every name",
                    *filter.method));
  }
  CallFilter status;
  if (const auto text = query.text("status", 16); text && !read_status_filter(*text, status)) {
    query.problem("status", fmt::format("must be a status like 503 or a class like 5xx, but is '{}'", *text));
  }
  filter.status_min = status.status_min;
  filter.status_max = status.status_max;
  return filter;
}

TimeRange read_time_range(QueryParams& query, UtcTime now, Seconds otherwise) {
  TimeRange range;
  const auto from = query.moment("from", now);
  range.to = query.moment("to", now).value_or(now);
  range.from = from.value_or(range.to - otherwise);
  if (range.from >= range.to) {
    query.problem("from", fmt::format("must be before to, but {} is not before {}", to_rfc3339(range.from),
                                      to_rfc3339(range.to)));
  } else if (range.to - range.from > kRangeMax) {
    query.problem("from", fmt::format("must be at most {} days before to, but {} is more before {}",
                                      kRangeMax.count(), to_rfc3339(range.from), to_rfc3339(range.to)));
  }
  return range;
}

GroupBy read_group_by(QueryParams& query, GroupBy otherwise) {
  return read_word(query, "group_by", kGroupings, otherwise);
}

std::string_view to_string(GroupBy group_by) {
  for (const auto& [word, value] : kGroupings) {
    if (value == group_by) return word;
  }
  return "none";
}

UsageOrder read_order(QueryParams& query) {
  return read_word(query, "order", kOrders, UsageOrder::kRequests);
}

Seconds read_step(QueryParams& query, const TimeRange& range) {
  const auto text = query.text("step", kWordMax);
  if (!text) return readable_step(range);
  const auto step = parse_duration(*text);
  if (step && *step >= Seconds{60} && *step % Seconds{60} == Seconds{0} && *step <= kRangeMax)
    return std::chrono::duration_cast<Seconds>(*step);
  query.problem("step", fmt::format("must be whole minutes from 1m to {}d, like 5m or 1h, but is '{}'",
                                    kRangeMax.count(), *text));
  return Seconds{3600};
}

std::vector<double> read_fractions(QueryParams& query) {
  const auto text = query.text("q", 256);
  if (!text) return {0.5, 0.9, 0.95, 0.99};
  std::vector<double> fractions;
  std::string_view rest = *text;
  for (bool more = true; more;) {
    const auto comma = rest.find(',');
    const auto part = rest.substr(0, comma);
    more = comma != std::string_view::npos;
    if (more) rest.remove_prefix(comma + 1);
    double fraction = -1;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), fraction);
    const bool whole = error == std::errc{} && end == part.data() + part.size();
    if (!whole || !(fraction >= 0 && fraction <= 1) || fractions.size() == kFractionsMax) {
      query.problem("q", fmt::format("must be 1 to {} numbers from 0 to 1 like 0.5,0.99, but is '{}'",
                                     kFractionsMax, std::string_view(*text).substr(0, kWordMax)));
      return {};
    }
    fractions.push_back(fraction);
  }
  return fractions;
}

bool read_compare(QueryParams& query) {
  return read_word(query, "compare", kComparisons, false);
}

}  // namespace weir
