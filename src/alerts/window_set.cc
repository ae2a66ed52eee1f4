#include "alerts/window_set.h"

#include <algorithm>
#include <cstring>

#include "store/byte_io.h"

namespace weir {
namespace {

constexpr AlertSecond kHourSeconds = 3600;

template <class Map>
typename Map::mapped_type* find_or_make(Map& map, std::uint32_t id, std::size_t max,
                                        std::uint64_t& overflow) {
  const auto found = map.find(id);
  if (found != map.end()) return &found->second;
  if (map.size() >= max) {
    ++overflow;
    return nullptr;
  }
  return &map[id];
}

/// False: nothing new.
bool join(DistinctBits& bits, const DistinctBits& other) {
  std::uint64_t fresh = 0;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    fresh |= other[i] & ~bits[i];
    bits[i] |= other[i];
  }
  return fresh != 0;
}

void put_bits(std::string& out, const DistinctBits& bits) {
  out.append(reinterpret_cast<const char*>(bits.data()), sizeof bits);
}

bool take_bits(std::string_view& data, DistinctBits& bits) {
  std::string_view bytes;
  if (!take_bytes(data, sizeof bits, bytes)) return false;
  std::memcpy(bits.data(), bytes.data(), sizeof bits);
  return true;
}

}  // namespace

HourCounts hour_counts(const WindowDelta& delta) {
  HourCounts counts{{.key = 0, .calls = delta.overall().counts.calls, .sources = 0}};
  for (const auto& [key, part] : delta.keys())
    counts.push_back({.key = key, .calls = part.counts.calls, .sources = distinct_count(part.sources)});
  std::sort(counts.begin(), counts.end(),
            [](const KeyHourCount& a, const KeyHourCount& b) { return a.key < b.key; });
  return counts;
}

void TouchedSubjects::clear() {
  keys.clear();
  notable_keys.clear();
  endpoints.clear();
  refused.clear();
  limited.clear();
}

void WindowSet::merge(AlertSecond second, const WindowDelta& delta, TouchedSubjects& touched) {
  merge_minutes(second, delta, touched);
  merge_hour(second, delta);
  if (notable_keys_.empty()) return;
  for (const auto& [id, part] : delta.keys()) {
    if (const auto found = key_hours_.find(id); found != key_hours_.end() && found->second.notable)
      touched.notable_keys.push_back(id);
  }
}

void WindowSet::restore_delta(AlertSecond second, const WindowDelta& delta, bool hours, AlertSecond now) {
  TouchedSubjects touched;
  if (is_in_minutes(second, now)) merge_minutes(second, delta, touched);
  if (hours) merge_hour(second, delta);
}

void WindowSet::merge_minutes(AlertSecond second, const WindowDelta& delta, TouchedSubjects& touched) {
  const std::int64_t slot = second / kSlotSeconds;
  overall_.add(slot, delta.overall().counts);
  if (delta.overall().forwarded > 0) {
    upstream_.add(
        slot, TrafficCounts{
                  .calls = delta.overall().forwarded, .errors = delta.overall().unavailable, .refused = 0});
  }
  for (const auto& [id, part] : delta.keys()) {
    SubjectWindow* window = find_or_make(keys_, id, kAlertKeysMax, overflow_);
    if (window == nullptr) continue;
    window->add(slot, part.counts);
    window->add(slot, part.latency);
    touched.keys.push_back(id);
    if (part.limited_window != kNoWindow) touched.limited.emplace_back(id, part.limited_window);
  }
  for (const auto& [id, part] : delta.endpoints()) {
    SubjectWindow* window = find_or_make(endpoints_, id, kAlertEndpointsMax, overflow_);
    if (window == nullptr) continue;
    window->add(slot, part.counts);
    window->add(slot, part.latency);
    touched.endpoints.push_back(id);
  }
  for (const auto& [subject, counts] : delta.refusals()) touched.refused.push_back(subject);
}

void WindowSet::merge_hour(AlertSecond second, const WindowDelta& delta) {
  for (const auto& [subject, counts] : delta.refusals()) {
    if (!refusals_.add(second / kSlotSeconds, subject, counts)) ++overflow_;
  }
  const AlertHour hour = second / kHourSeconds;
  if (hour_ == 0) hour_ = hour;
  if (hour != hour_) return;
  key_hours_[0].calls += delta.overall().counts.calls;
  for (const auto& [id, part] : delta.keys()) {
    KeyHour* key = find_or_make(key_hours_, id, kAlertKeysMax, overflow_);
    if (key == nullptr) continue;
    key->calls += part.counts.calls;
    const bool more_sources = join(key->sources, part.sources);
    const bool more_paths = join(key->unknown_paths, part.unknown_paths);
    if (more_sources || more_paths) note_distinct(id, *key);
  }
}

void WindowSet::note_distinct(std::uint32_t id, KeyHour& key) {
  if (key.notable ||
      std::max(distinct_count(key.sources), distinct_count(key.unknown_paths)) < kNotableDistinct)
    return;
  key.notable = true;
  notable_keys_.push_back(id);
}

void WindowSet::expire(AlertSecond now, AlertSecond latency_window) {
  const std::int64_t counts_from = (now - kWindowSecondsMax) / kSlotSeconds;
  const std::int64_t latency_from = (now - latency_window) / kSlotSeconds;
  overall_.expire(counts_from, latency_from);
  upstream_.expire(counts_from, latency_from);
  for (Subjects* subjects : {&keys_, &endpoints_}) {
    boost::unordered::erase_if(*subjects, [&](auto& entry) {
      entry.second.expire(counts_from, latency_from);
      return entry.second.empty();
    });
  }
  refusals_.expire((now - kRefusalSeconds) / kSlotSeconds);
}

void WindowSet::close_hour(AlertSecond now, const UsageSpikeRule& rule, HourHistory& history) {
  const AlertHour hour = now / kHourSeconds;
  if (hour_ != 0 && hour_ < hour) {
    HourCounts counts;
    for (const auto& [key, part] : key_hours_)
      counts.push_back({.key = key, .calls = part.calls, .sources = distinct_count(part.sources)});
    std::sort(counts.begin(), counts.end(),
              [](const KeyHourCount& a, const KeyHourCount& b) { return a.key < b.key; });
    baselines_.close_hour(hour_, std::move(counts), rule, history);
    if (hour_ + 1 != hour) baselines_.prepare(hour, rule, history);
  }
  key_hours_.clear();
  notable_keys_.clear();
  hour_ = hour;
}

std::size_t WindowSet::heap_bytes() const {
  std::size_t bytes = overall_.heap_bytes();
  for (const Subjects* subjects : {&keys_, &endpoints_}) {
    bytes += subjects->bucket_count() * (sizeof(Subjects::value_type) + 1);
    for (const auto& [id, window] : *subjects) bytes += window.heap_bytes();
  }
  return bytes + key_hours_.bucket_count() * (sizeof(KeyHours::value_type) + 1);
}

void WindowSet::encode_long(std::string& out) const {
  refusals_.encode(out);
  put_varint(out, static_cast<std::uint64_t>(hour_));
  std::vector<KeyHours::const_pointer> sorted;
  for (const auto& entry : key_hours_) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(), [](auto a, auto b) { return a->first < b->first; });
  put_varint(out, sorted.size());
  for (const auto* entry : sorted) {
    put_varint(out, entry->first);
    put_varint(out, entry->second.calls);
    put_bits(out, entry->second.sources);
    put_bits(out, entry->second.unknown_paths);
  }
  baselines_.encode(out);
}

Result<void> WindowSet::restore_long(std::string_view bytes, AlertSecond now, const UsageSpikeRule& rule,
                                     const HourHistory& history) {
  const auto damaged = [] { return fail(ErrorCode::kCorrupt, "the kept windows of alerts are damaged"); };
  std::uint64_t hour = 0;
  std::uint64_t size = 0;
  if (!RefusalWindow::take(bytes, refusals_) || !take_varint(bytes, hour) || !take_varint(bytes, size))
    return damaged();
  hour_ = static_cast<AlertHour>(hour);
  for (; size > 0; --size) {
    std::uint64_t key = 0;
    std::uint64_t calls = 0;
    KeyHour part;
    if (!take_varint(bytes, key) || !take_varint(bytes, calls) || !take_bits(bytes, part.sources) ||
        !take_bits(bytes, part.unknown_paths))
      return damaged();
    part.calls = static_cast<std::uint32_t>(calls);
    note_distinct(static_cast<std::uint32_t>(key), part);
    key_hours_[static_cast<std::uint32_t>(key)] = part;
  }
  if (!Baselines::take(bytes, baselines_) || !bytes.empty()) return damaged();
  baselines_.prepare(now / kHourSeconds, rule, history);
  return {};
}

}  // namespace weir
