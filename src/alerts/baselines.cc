#include "alerts/baselines.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>
#include <vector>

#include "store/byte_io.h"

namespace weir {
namespace {

constexpr AlertHour kWeek = 168;
constexpr AlertHour kForgetHours = 4 * kWeek;
constexpr std::uint16_t kMedianSamplesMin = 2;

void put_double(std::string& out, double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  out.append(reinterpret_cast<const char*>(&bits), sizeof bits);
}

bool take_double(std::string_view& data, double& value) {
  std::string_view bytes;
  if (!take_bytes(data, sizeof value, bytes)) return false;
  value = std::bit_cast<double>(load_word<std::uint64_t>(bytes.data()));
  return std::isfinite(value) && value >= 0;
}

}  // namespace

void Baselines::close_hour(AlertHour hour, const HourCounts& counts, const UsageSpikeRule& rule,
                           HourHistory& history) {
  history.put(hour, counts);
  learn(hour, counts, rule);
  prepare(hour + 1, rule, history);
}

void Baselines::learn(AlertHour hour, const HourCounts& counts, const UsageSpikeRule& rule) {
  const double keep = std::exp2(-1.0 / rule.half_life_hours);
  // Keys that made no call count with zero.
  for (auto& [key, normal] : keys_) {
    normal.mean_calls *= keep;
    normal.mean_sources *= keep;
  }
  for (const KeyHourCount& entry : counts) {
    const auto [at, is_new] = keys_.try_emplace(entry.key);
    Normal& normal = at->second;
    if (is_new) {
      normal = {.first_hour = hour,
                .last_hour = hour,
                .mean_calls = static_cast<double>(entry.calls),
                .mean_sources = static_cast<double>(entry.sources)};
      continue;
    }
    normal.last_hour = hour;
    normal.mean_calls += (1 - keep) * entry.calls;
    normal.mean_sources += (1 - keep) * entry.sources;
  }
  boost::unordered::erase_if(
      keys_, [hour](const auto& entry) { return hour - entry.second.last_hour > kForgetHours; });
}

void Baselines::prepare(AlertHour hour, const UsageSpikeRule& rule, const HourHistory& history) {
  hour_ = hour;
  std::vector<std::pair<AlertHour, HourCounts>> weeks;
  for (std::uint32_t week = 1; week <= rule.history_weeks; ++week) {
    if (auto counts = history.find(hour - week * kWeek))
      weeks.emplace_back(hour - week * kWeek, *std::move(counts));
  }
  std::vector<std::uint32_t> calls;
  for (auto& [key, normal] : keys_) {
    calls.clear();
    for (const auto& [at, counts] : weeks) {
      if (at < normal.first_hour) continue;
      const auto found = std::lower_bound(
          counts.begin(), counts.end(), key,
          [](const KeyHourCount& entry, std::uint32_t wanted) { return entry.key < wanted; });
      calls.push_back(found != counts.end() && found->key == key ? found->calls : 0);
    }
    normal.samples = static_cast<std::uint16_t>(calls.size());
    if (calls.empty()) continue;
    std::sort(calls.begin(), calls.end());
    const std::size_t half = calls.size() / 2;
    normal.median_calls = calls.size() % 2 == 1
                              ? static_cast<float>(calls[half])
                              : (static_cast<float>(calls[half - 1]) + static_cast<float>(calls[half])) / 2;
  }
}

Baseline Baselines::of(std::uint32_t key, const UsageSpikeRule& rule) const {
  const auto found = keys_.find(key);
  if (found == keys_.end()) return {};
  const Normal& normal = found->second;
  if (hour_ - normal.first_hour < rule.minimum_history_hours) return {};
  if (normal.samples >= kMedianSamplesMin)
    return {BaselineKind::kHourOfWeek, static_cast<double>(normal.median_calls), normal.mean_sources};
  return {BaselineKind::kRecentHours, normal.mean_calls, normal.mean_sources};
}

void Baselines::encode(std::string& out) const {
  std::vector<decltype(keys_)::const_pointer> sorted;
  for (const auto& entry : keys_) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(), [](auto a, auto b) { return a->first < b->first; });
  put_varint(out, sorted.size());
  for (const auto* entry : sorted) {
    put_varint(out, entry->first);
    put_varint(out, static_cast<std::uint64_t>(entry->second.first_hour));
    put_varint(out, static_cast<std::uint64_t>(entry->second.last_hour));
    put_double(out, entry->second.mean_calls);
    put_double(out, entry->second.mean_sources);
  }
}

bool Baselines::take(std::string_view& data, Baselines& baselines) {
  std::uint64_t size = 0;
  if (!take_varint(data, size)) return false;
  for (; size > 0; --size) {
    std::uint64_t key = 0;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    Normal normal;
    if (!take_varint(data, key) || !take_varint(data, first) || !take_varint(data, last) ||
        !take_double(data, normal.mean_calls) || !take_double(data, normal.mean_sources))
      return false;
    normal.first_hour = static_cast<AlertHour>(first);
    normal.last_hour = static_cast<AlertHour>(last);
    baselines.keys_[static_cast<std::uint32_t>(key)] = normal;
  }
  return true;
}

}  // namespace weir
