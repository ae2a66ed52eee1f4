// Limits over calls of the past: which keys would have been refused how often.
//
// The windows are those of the limiter (fixed_window.h, sliding_window.h), on counters in memory that start
// empty. Pure; not thread-safe. Bounded by the keys there are.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/id_table.h"
#include "limits/window_counter.h"
#include "model/ids.h"
#include "model/limit_settings.h"
#include "model/outcome.h"

namespace weir {

/// How full a window was when it was fullest.
struct LimitPeak {
  std::uint32_t used = 0;
  UtcTime at{};
};

/// What limits would have done to one key.
struct ReplayedLimits {
  Quota quota{};
  std::uint64_t calls = 0;         // that came as far as the limits
  std::uint64_t refused = 0;       // by the first window without room
  std::uint64_t refused_then = 0;  // by the limits there were
  std::array<std::uint64_t, kWindowsMax> refused_by{};
  std::optional<UtcTime> first_refused_at;
  std::array<LimitPeak, kWindowsMax> peaks{};
};

/// One window at one moment.
struct LimitLevel {
  std::uint8_t window = 0;
  std::uint32_t limit = 0;
  std::uint32_t used = 0;
  std::uint32_t reset_seconds = 0;
};

/// Whether a call that ended so was checked against limits.
[[nodiscard]] bool reaches_limits(Outcome outcome);

/// One call that came as far as the limits.
struct ReplayedCall {
  KeyId key;
  UtcTime at{};
  std::uint32_t cost = 1;
  bool was_refused = false;  // by the limits there were
  bool counts = true;        // false: it only fills windows, and is no part of the answer
};

class LimitReplay {
 public:
  /// `quota_of`: the limits of a key; asked once a key.
  LimitReplay(LimitSettings settings, std::function<Quota(KeyId)> quota_of);

  /// The next calls: times never fall.
  void take(std::span<const ReplayedCall> calls);
  void take(const ReplayedCall& call) { take({&call, 1}); }

  struct Key {
    std::array<WindowCounter, kWindowsMax> counters{};
    ReplayedLimits limits;
  };
  using Keys = IdTable<Key>;
  [[nodiscard]] const Keys& keys() const { return keys_; }
  /// Null: it made no call.
  [[nodiscard]] const ReplayedLimits* find(KeyId key) const {
    const Key* found = keys_.get(key.value());
    return found == nullptr ? nullptr : &found->limits;
  }
  [[nodiscard]] const LimitSettings& settings() const { return settings_; }

  /// Appends the windows of `key` of which at least `share` is used at `now`.
  void levels(KeyId key, UtcTime now, double share, std::vector<LimitLevel>& out) const;

 private:
  [[nodiscard]] Keys::Position position_of(KeyId key);
  template <class Window>
  void decide(Key& key, const ReplayedCall& call) const;
  template <class Window>
  void look(const Key& key, UtcTime now, double share, std::vector<LimitLevel>& out) const;

  LimitSettings settings_;
  std::function<Quota(KeyId)> quota_of_;
  std::array<std::int64_t, kWindowsMax> length_ns_{};
  Keys keys_;
};

}  // namespace weir
