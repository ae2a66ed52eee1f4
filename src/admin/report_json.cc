#include <boost/json/array.hpp>

#include "admin/report_formats.h"
#include "admin/usage_json.h"
#include "admin/utf8.h"

namespace weir {
namespace {

namespace json = boost::json;

/// The groups of an answer.
json::value groups_json(const UsageSummary& summary, GroupBy group_by) {
  return to_json(summary, group_by).at("items");
}

json::value time_or_null(const std::optional<UtcTime>& time) {
  if (!time) return nullptr;
  return json::value(to_rfc3339(*time));
}

json::object keys_json(const ReportedKeys& keys) {
  json::array items;
  for (const auto& key : keys.keys) {
    items.push_back(json::object{{"id", key.id.value()},
                                 {"name", to_utf8(key.name)},
                                 {"last_used", time_or_null(key.last_used)},
                                 {"expires_at", time_or_null(key.expires_at)}});
  }
  return {{"count", keys.count}, {"items", std::move(items)}};
}

}  // namespace

json::object report_json(const UsageReport& report) {
  const json::object totals = to_json(report.totals, GroupBy::kNone);
  const json::object timeline = to_json(report.timeline, GroupBy::kNone);
  json::object out;
  out["made_at"] = to_rfc3339(report.made_at);
  for (const auto* name : {"from", "to", "total", "before", "change"}) {
    if (const auto* value = totals.if_contains(name)) out[name] = *value;
  }
  const auto& series = timeline.at("items").as_array();
  out["timeline"] =
      json::object{{"step_seconds", timeline.at("step_seconds")},
                   {"points", series.empty() ? json::value(json::array()) : series[0].at("points")}};
  out["top_keys"] = groups_json(report.keys, GroupBy::kKey);
  out["top_endpoints"] = groups_json(report.endpoints, GroupBy::kEndpoint);
  out["slowest_endpoints"] = groups_json(report.slowest, GroupBy::kEndpoint);
  out["error_statuses"] = groups_json(report.statuses, GroupBy::kStatus);
  out["failing_endpoints"] = groups_json(report.failing, GroupBy::kEndpoint);
  out["limited_keys"] = groups_json(report.limited, GroupBy::kKey);
  out["outcomes"] = groups_json(report.outcomes, GroupBy::kOutcome);
  out["unused_keys"] = keys_json(report.unused);
  out["expiring_keys"] = keys_json(report.expiring);
  return out;
}

}  // namespace weir
