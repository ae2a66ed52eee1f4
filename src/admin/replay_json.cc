#include "admin/replay_json.h"

#include <algorithm>

#include <boost/json.hpp>

#include "admin/limit_json.h"
#include "alerts/alert_json.h"

namespace weir {
namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<UtcTime>& time) {
  if (!time) return nullptr;
  return json::value(to_rfc3339(*time));
}

double seconds_between(UtcTime from, UtcTime to) {
  return static_cast<double>(std::chrono::duration_cast<Seconds>(to - from).count());
}

json::value side_json(const std::optional<ReplayedAlert>& alert, UtcTime end) {
  if (!alert) return nullptr;
  json::object out;
  out["severity"] = to_string(alert->severity);
  out["started_at"] = to_rfc3339(alert->started_at);
  out["resolved_at"] = time_or_null(alert->resolved_at);
  out["seconds"] = seconds_between(alert->started_at, alert->resolved_at.value_or(end));
  out["rule"] = alert->numbers.rule;
  out["worst"] = alert->numbers.worst;
  out["threshold"] = alert->numbers.threshold;
  out["escalation_steps"] = alert->escalated;
  return out;
}

json::object alerts_json(const AlertReplayResult& result, const ReplayQuestion& question,
                         const AlertNames& names) {
  json::array counts;
  for (std::size_t i = 0; i < kAlertTypes; ++i) {
    const ReplayedCounts& count = result.counts[i];
    if (count.in_force == 0 && count.proposed == 0) continue;
    counts.push_back({{"type", to_string(static_cast<AlertType>(i))},
                      {"in_force", count.in_force},
                      {"proposed", question.settings ? json::value(count.proposed) : nullptr},
                      {"both", count.both}});
  }
  json::array items;
  for (const ReplayedPair& pair : result.alerts) {
    const ReplayedAlert& any = pair.in_force ? *pair.in_force : *pair.proposed;
    json::object subject = to_json(any.subject);
    subject["name"] = subject_text(any.subject, names);
    json::object item;
    item["type"] = to_string(any.type);
    item["unit"] = unit_of(any.type);
    item["subject"] = std::move(subject);
    item["fired_by"] = !pair.proposed ? "in_force" : !pair.in_force ? "proposed" : "both";
    item["in_force"] = side_json(pair.in_force, question.to);
    item["proposed"] = side_json(pair.proposed, question.to);
    items.push_back(std::move(item));
  }
  json::object out;
  out["calls"] = result.calls;
  out["late_calls"] = result.late_calls;
  out["counts"] = std::move(counts);
  out["items"] = std::move(items);
  out["omitted"] = result.omitted;
  return out;
}

json::object key_side_json(const ReplayedLimits& key, const LimitSettings& settings) {
  json::array windows;
  for (std::size_t i = 0; i < settings.windows.size(); ++i) {
    const bool used = key.peaks[i].used > 0;
    windows.push_back({{"window", settings.windows[i].name},
                       {"limit", limit_to_json(key.quota[i])},
                       {"refused", key.refused_by[i]},
                       {"peak", key.peaks[i].used},
                       {"peak_at", used ? json::value(to_rfc3339(key.peaks[i].at)) : nullptr}});
  }
  json::object out;
  out["refused"] = key.refused;
  out["first_refused_at"] = time_or_null(key.first_refused_at);
  out["windows"] = std::move(windows);
  return out;
}

json::value limits_json(const ReplayOutcome& outcome, const AlertNames& names) {
  if (!outcome.limits_proposed) return nullptr;
  const LimitReplay& in_force = *outcome.limits_in_force;
  const LimitReplay& proposed = *outcome.limits_proposed;
  struct Line {
    KeyId key;
    const ReplayedLimits* in_force;
    const ReplayedLimits* proposed;
  };
  std::vector<Line> lines;
  std::uint64_t calls = 0;
  std::uint64_t refused_then = 0;
  std::uint64_t refused_in_force = 0;
  std::uint64_t refused_proposed = 0;
  std::uint64_t keys_refused = 0;
  for (const auto& [id, key] : proposed.keys()) {
    const ReplayedLimits& now = *in_force.find(KeyId(id));
    calls += key.limits.calls;
    refused_then += key.limits.refused_then;
    refused_in_force += now.refused;
    refused_proposed += key.limits.refused;
    if (key.limits.refused > 0) ++keys_refused;
    if (key.limits.refused > 0 || now.refused > 0) lines.push_back({KeyId(id), &now, &key.limits});
  }
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    if (a.proposed->refused != b.proposed->refused) return a.proposed->refused > b.proposed->refused;
    return a.key < b.key;
  });
  const std::size_t shown = std::min(lines.size(), kReplayedKeysMax);
  json::array items;
  for (std::size_t i = 0; i < shown; ++i) {
    const Line& line = lines[i];
    json::object item;
    item["key_id"] = line.key.value();
    item["name"] = names.key ? names.key(line.key) : std::string();
    item["calls"] = line.proposed->calls;
    item["refused_then"] = line.proposed->refused_then;
    item["in_force"] = key_side_json(*line.in_force, in_force.settings());
    item["proposed"] = key_side_json(*line.proposed, proposed.settings());
    items.push_back(std::move(item));
  }
  json::object out;
  out["calls"] = calls;
  out["refused_then"] = refused_then;
  out["refused_in_force"] = refused_in_force;
  out["refused_proposed"] = refused_proposed;
  out["keys_refused"] = keys_refused;
  out["items"] = std::move(items);
  out["omitted"] = lines.size() - shown;
  return out;
}

}  // namespace

json::object replay_json(const ReplayOutcome& outcome, const ReplayQuestion& question,
                         const AlertNames& names) {
  json::object out;
  out["alerts"] = alerts_json(outcome.alerts, question, names);
  out["limits"] = limits_json(outcome, names);
  return out;
}

}  // namespace weir
