#include "alerts/window_set.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "base/breath.h"
#include "store/byte_io.h"

namespace weir {
namespace {

constexpr AlertSecond kHourSeconds = 3600;
constexpr std::size_t kPiece = 64;  // subjects between breaths: some 10 µs

/// Gives `take(subject, position)` each of `subjects` with its place in `table`. What it will read is fetched
/// some subjects ahead: of a hundred thousand windows most are not in a cache. Subjects the table has no room
/// for are counted.
template <class Value, class Fetch, class Take>
void each_in(IdTable<Value>& table, std::size_t max, const WindowDelta::Subjects& subjects, Fetch fetch,
             Take take, std::uint64_t& overflow) {
  constexpr std::size_t kTogether = 16;
  std::array<std::uint32_t, kTogether> positions;
  for (std::size_t from = 0; from < subjects.size(); from += kTogether) {
    breathe();
    const std::span some = std::span(subjects).subspan(from, std::min(kTogether, subjects.size() - from));
    for (const SubjectDelta& subject : some) table.fetch_slot(subject.id);
    for (std::size_t i = 0; i < some.size(); ++i) {
      positions[i] = table.size() < max ? table.find_or_add(some[i].id) : table.find(some[i].id);
      if (positions[i] != table.kNone)
        table.fetch(positions[i]);
      else
        ++overflow;
    }
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (positions[i] != table.kNone) fetch(table.at(positions[i]));
    }
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (positions[i] != table.kNone) take(some[i], positions[i]);
    }
  }
}

/// False: nothing new.
bool join(DistinctBits& bits, WindowDelta::Marks marks) {
  bool fresh = false;
  for (const std::uint8_t bit : marks) fresh = mark(bits, bit) || fresh;
  return fresh;
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

void TouchedSubjects::clear() {
  keys.clear();
  notable_keys.clear();
  endpoints.clear();
  refused.clear();
  limited.clear();
}

void WindowSet::merge(AlertSecond second, const WindowDelta& delta, TouchedSubjects& touched) {
  merge_minutes(second, delta, touched);
  merge_hour(second, delta, touched);
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
  const auto fetch = [](const SubjectWindow& window) { window.fetch(); };
  const auto add_to = [&](Subjects& table, std::vector<TouchedSubject>& seen) {
    return [&, slot](const SubjectDelta& subject, std::uint32_t position) {
      SubjectWindow& window = table.at(position);
      window.add(slot, subject.counts);
      window.add(slot, delta.latency(subject));
      seen.push_back({.id = subject.id, .position = position});
      if (subject.limited_window != kNoWindow)
        touched.limited.emplace_back(subject.id, subject.limited_window);
    };
  };
  each_in(keys_, kAlertKeysMax, delta.keys(), fetch, add_to(keys_, touched.keys), overflow_);
  each_in(endpoints_, kAlertEndpointsMax, delta.endpoints(), fetch, add_to(endpoints_, touched.endpoints),
          overflow_);
  for (const auto& [subject, counts] : delta.refusals()) touched.refused.push_back(subject);
}

void WindowSet::merge_hour(AlertSecond second, const WindowDelta& delta, TouchedSubjects& touched) {
  for (const auto& [subject, counts] : delta.refusals()) {
    if (!refusals_.add(second / kSlotSeconds, subject, counts)) ++overflow_;
  }
  const AlertHour hour = second / kHourSeconds;
  if (hour_ == 0) hour_ = hour;
  if (hour != hour_) return;
  key_hours_.at(key_hours_.find_or_add(0)).calls += delta.overall().counts.calls;
  const auto take = [&](const SubjectDelta& subject, std::uint32_t position) {
    KeyHour& key = key_hours_.at(position);
    key.calls += subject.counts.calls;
    const bool more_sources = join(key.sources, delta.sources(subject));
    const bool more_paths = join(key.unknown_paths, delta.unknown_paths(subject));
    if (more_sources || more_paths) note_distinct(subject.id, key);
    if (key.notable) touched.notable_keys.push_back(subject.id);
  };
  each_in(
      key_hours_, kAlertKeysMax, delta.keys(), [](const KeyHour&) {}, take, overflow_);
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
    std::size_t looked_at = 0;
    subjects->erase_if([&](std::uint32_t, SubjectWindow& window) {
      if (++looked_at % kPiece == 0) breathe();
      window.expire(counts_from, latency_from);
      return window.empty();
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
    bytes += subjects->heap_bytes();
    for (const auto& [id, window] : *subjects) bytes += window.heap_bytes();
  }
  return bytes + key_hours_.heap_bytes();
}

void WindowSet::encode_long(std::string& out) const {
  refusals_.encode(out);
  put_varint(out, static_cast<std::uint64_t>(hour_));
  std::vector<const KeyHours::Entry*> sorted;
  for (const auto& entry : key_hours_) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(), [](auto a, auto b) { return a->id < b->id; });
  put_varint(out, sorted.size());
  for (std::size_t done = 0; const auto* entry : sorted) {
    if (++done % kPiece == 0) breathe();
    put_varint(out, entry->id);
    put_varint(out, entry->value.calls);
    put_bits(out, entry->value.sources);
    put_bits(out, entry->value.unknown_paths);
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
    key_hours_.at(key_hours_.find_or_add(static_cast<std::uint32_t>(key))) = part;
  }
  if (!Baselines::take(bytes, baselines_) || !bytes.empty()) return damaged();
  baselines_.prepare(now / kHourSeconds, rule, history);
  return {};
}

}  // namespace weir
