#include "admin/usage_json.h"

#include <string>

#include <boost/json/array.hpp>

#include "admin/usage_params.h"
#include "admin/utf8.h"

namespace weir {
namespace {

namespace json = boost::json;

/// Null when no call was measured.
json::value seconds(const DurationSummary& times, Micros time) {
  if (times.count == 0) return nullptr;
  return in_seconds(time);
}

json::object to_json(const DurationSummary& times) {
  return {{"count", times.count},
          {"mean", seconds(times, times.mean)},
          {"p50", seconds(times, times.p50)},
          {"p90", seconds(times, times.p90)},
          {"p95", seconds(times, times.p95)},
          {"p99", seconds(times, times.p99)},
          {"max", seconds(times, times.max)}};
}

json::value change(double now, double before) {
  if (!(before > 0)) return nullptr;
  return (now - before) / before;
}

json::value change(const DurationSummary& now, const DurationSummary& before, Micros DurationSummary::*time) {
  if (now.count == 0 || before.count == 0) return nullptr;
  return change(in_seconds(now.*time), in_seconds(before.*time));
}

json::value change(std::uint64_t now, std::uint64_t before) {
  return change(static_cast<double>(now), static_cast<double>(before));
}

void add_identity(json::object& out, std::uint64_t id, const std::string& name) {
  out["id"] = id == 0 ? json::value(nullptr) : json::value(id);
  out["name"] = name.empty() ? json::value(nullptr) : json::value(to_utf8(name));
}

void add_range(json::object& out, const TimeRange& range) {
  out["from"] = to_rfc3339(range.from);
  out["to"] = to_rfc3339(range.to);
}

/// Methods and outcomes have a name alone.
bool has_ids(GroupBy group_by) {
  return group_by != GroupBy::kMethod && group_by != GroupBy::kOutcome;
}

json::array quantiles_json(std::span<const double> fractions, const DurationSummary& times) {
  json::array out;
  for (std::size_t i = 0; i < fractions.size() && i < times.at.size(); ++i)
    out.push_back(json::object{{"q", fractions[i]}, {"seconds", seconds(times, times.at[i])}});
  return out;
}

void add_quantiles(json::object& out, std::span<const double> fractions, const UsageTotals& totals) {
  out["requests"] = totals.requests;
  out["response_time"] = quantiles_json(fractions, totals.response_time);
  out["upstream_time"] = quantiles_json(fractions, totals.upstream_time);
}

json::value group_by_json(GroupBy group_by) {
  if (group_by == GroupBy::kNone) return nullptr;
  return json::value(to_string(group_by));
}

}  // namespace

json::object to_json(const UsageTotals& totals) {
  return {{"requests", totals.requests},
          {"errors", totals.errors},
          {"client_errors", totals.client_errors},
          {"error_rate", totals.error_rate()},
          {"limited", totals.limited},
          {"refused", totals.refused},
          {"shadow_limited", totals.shadow_limited},
          {"bytes", totals.bytes_in + totals.bytes_out},
          {"bytes_in", totals.bytes_in},
          {"bytes_out", totals.bytes_out},
          {"response_time", to_json(totals.response_time)},
          {"upstream_time", to_json(totals.upstream_time)}};
}

json::object change_json(const UsageTotals& now, const UsageTotals& before) {
  return {{"requests", change(now.requests, before.requests)},
          {"errors", change(now.errors, before.errors)},
          {"error_rate", change(now.error_rate(), before.error_rate())},
          {"limited", change(now.limited, before.limited)},
          {"bytes", change(now.bytes_in + now.bytes_out, before.bytes_in + before.bytes_out)},
          {"mean", change(now.response_time, before.response_time, &DurationSummary::mean)},
          {"p95", change(now.response_time, before.response_time, &DurationSummary::p95)}};
}

json::object to_json(const UsageGroup& group) {
  json::object out;
  add_identity(out, group.id, group.name);
  for (auto& field : to_json(group.totals)) out.insert(field);
  return out;
}

json::object to_json(const UsageSummary& summary, GroupBy group_by) {
  json::object out;
  add_range(out, summary.range);
  out["group_by"] = group_by_json(group_by);
  out["total"] = to_json(summary.total);
  json::array items;
  for (std::size_t i = 0; i < summary.groups.size(); ++i) {
    auto item = to_json(summary.groups[i]);
    if (!has_ids(group_by)) item["id"] = nullptr;
    if (i < summary.groups_before.size()) {
      item["before"] = to_json(summary.groups_before[i]);
      item["change"] = change_json(summary.groups[i].totals, summary.groups_before[i]);
    }
    items.push_back(std::move(item));
  }
  out["items"] = std::move(items);
  out["groups"] = summary.groups_found;
  if (summary.before && summary.total_before) {
    json::object before;
    add_range(before, *summary.before);
    before["total"] = to_json(*summary.total_before);
    out["before"] = std::move(before);
    out["change"] = change_json(summary.total, *summary.total_before);
  }
  return out;
}

json::object to_json(const UsageTimeline& timeline, GroupBy group_by) {
  json::object out;
  add_range(out, timeline.range);
  out["step_seconds"] = timeline.step.count();
  out["group_by"] = group_by_json(group_by);
  json::array items;
  for (const auto& series : timeline.series) {
    json::object item;
    add_identity(item, has_ids(group_by) ? series.id : 0, series.name);
    json::array points;
    for (std::size_t i = 0; i < series.points.size() && i < timeline.starts.size(); ++i) {
      json::object point;
      point["at"] = to_rfc3339(timeline.starts[i]);
      for (auto& field : to_json(series.points[i])) point.insert(field);
      points.push_back(std::move(point));
    }
    item["points"] = std::move(points);
    items.push_back(std::move(item));
  }
  out["items"] = std::move(items);
  return out;
}

json::object percentiles_json(const UsageSummary& summary, GroupBy group_by,
                              std::span<const double> fractions) {
  json::object out;
  add_range(out, summary.range);
  out["group_by"] = group_by_json(group_by);
  json::object total;
  add_quantiles(total, fractions, summary.total);
  out["total"] = std::move(total);
  json::array items;
  for (const auto& group : summary.groups) {
    json::object item;
    add_identity(item, has_ids(group_by) ? group.id : 0, group.name);
    add_quantiles(item, fractions, group.totals);
    items.push_back(std::move(item));
  }
  out["items"] = std::move(items);
  out["groups"] = summary.groups_found;
  return out;
}

}  // namespace weir
