// All windows detectors look at: the last minutes of every key, endpoint and of everything, the last hour of
// refusals, the current hour of every key, and what is normal.
//
// Filled with WindowDeltas only, so the same deltas give the same windows. Not thread-safe. Bounded: subjects
// beyond the bounds are counted in `overflow` and judged as part of the whole only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/baselines.h"
#include "alerts/refusal_window.h"
#include "alerts/subject_window.h"
#include "alerts/window_delta.h"
#include "base/id_table.h"

namespace weir {

inline constexpr std::size_t kAlertKeysMax = 200'000;      // with calls within five minutes, or this hour
inline constexpr std::size_t kAlertEndpointsMax = 10'000;  // with calls within five minutes

/// So many distinct sources, or unknown paths, make a key of an hour one of the notable ones.
inline constexpr std::uint32_t kNotableDistinct = 8;

/// A key in the current hour.
struct KeyHour {
  std::uint32_t calls = 0;
  bool notable = false;
  DistinctBits sources{};
  DistinctBits unknown_paths{};
};

/// Where a subject is in its table, until that expires.
struct TouchedSubject {
  std::uint32_t id;
  std::uint32_t position;
};

/// Subjects a step's deltas touched; others can only have become quieter.
struct TouchedSubjects {
  std::vector<TouchedSubject> keys;
  std::vector<std::uint32_t> notable_keys;  // of those, the ones that are notable in the current hour
  std::vector<TouchedSubject> endpoints;
  std::vector<RefusedSubject> refused;
  std::vector<std::pair<std::uint32_t, std::uint8_t>> limited;  // key, window that refused it
  void clear();
};

class WindowSet {
 public:
  using Subjects = IdTable<SubjectWindow>;
  using KeyHours = IdTable<KeyHour>;

  /// Adds the calls that ended within `second`, and what they touch to `touched`.
  void merge(AlertSecond second, const WindowDelta& delta, TouchedSubjects& touched);
  /// Of the current hour and of refusals only: for deltas too old for the minutes. Ignores other hours.
  void merge_hour(AlertSecond second, const WindowDelta& delta) {
    TouchedSubjects touched;
    merge_hour(second, delta, touched);
  }
  /// A delta that was merged before, into windows that lost it: `hours`, refusals and hours too, which a
  /// checkpoint may have. What is out of the windows at `now` stays out.
  void restore_delta(AlertSecond second, const WindowDelta& delta, bool hours, AlertSecond now);

  /// Forgets what is out of every window. At multiples of ten seconds.
  void expire(AlertSecond now, AlertSecond latency_window);
  /// When `now` begins an hour: the hour before becomes history.
  void close_hour(AlertSecond now, const UsageSpikeRule& rule, HourHistory& history);
  /// What is normal, from hours of history, oldest first; then from the first hour there will be calls of.
  void learn(AlertHour hour, const HourCounts& counts, const UsageSpikeRule& rule) {
    baselines_.learn(hour, counts, rule);
  }
  void forget_normal() { baselines_ = Baselines(); }
  void end_learning(AlertHour hour, const UsageSpikeRule& rule, const HourHistory& history) {
    baselines_.prepare(hour, rule, history);
  }

  [[nodiscard]] const SubjectWindow& overall() const { return overall_; }
  [[nodiscard]] const Subjects& keys() const { return keys_; }
  [[nodiscard]] const Subjects& endpoints() const { return endpoints_; }
  [[nodiscard]] const RefusalWindow& refusals() const { return refusals_; }
  [[nodiscard]] const KeyHours& key_hours() const { return key_hours_; }
  /// The keys of key_hours() that are notable, each once: few where there are many keys.
  [[nodiscard]] const std::vector<std::uint32_t>& notable_keys() const { return notable_keys_; }
  [[nodiscard]] const Baselines& baselines() const { return baselines_; }
  /// Calls tried at the upstream, and how many of those (as errors) found none.
  [[nodiscard]] const SubjectWindow& upstream() const { return upstream_; }
  [[nodiscard]] std::uint64_t overflow() const { return overflow_; }
  [[nodiscard]] bool empty() const { return overall_.empty() && refusals_.subjects().empty(); }
  [[nodiscard]] std::size_t heap_bytes() const;

  /// What outlives the minutes: refusals, the current hour, what is normal. The minutes come back by merging
  /// their deltas again.
  void encode_long(std::string& out) const;
  /// kCorrupt for anything `encode_long` did not write.
  [[nodiscard]] Result<void> restore_long(std::string_view bytes, AlertSecond now, const UsageSpikeRule& rule,
                                          const HourHistory& history);

 private:
  void merge_minutes(AlertSecond second, const WindowDelta& delta, TouchedSubjects& touched);
  void merge_hour(AlertSecond second, const WindowDelta& delta, TouchedSubjects& touched);
  void note_distinct(std::uint32_t id, KeyHour& key);

  SubjectWindow overall_;
  SubjectWindow upstream_;
  Subjects keys_;
  Subjects endpoints_;
  RefusalWindow refusals_;
  KeyHours key_hours_;  // of hour_; 0: everything
  std::vector<std::uint32_t> notable_keys_;
  AlertHour hour_ = 0;
  Baselines baselines_;
  std::uint64_t overflow_ = 0;
};

}  // namespace weir
