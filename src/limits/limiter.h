// The limiter: all windows of a key checked and taken in one step, on counters that survive a crash.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/ids.h"
#include "model/limit_settings.h"

namespace weir {

/// The counter file has room for this many slots; ids begin with 1, so the greatest is one less.
inline constexpr std::uint32_t kLimiterKeysMax = 1U << 24;

/// One window as an answer's headers show it.
struct WindowState {
  std::uint32_t limit = kUnlimited;
  std::uint32_t remaining = kUnlimited;
  std::uint32_t reset_seconds = 0;  // rounded up; until the window is full again; 0 when it is not open
};

/// What `take` decided. A refusal is an answer, not an error.
struct Decision {
  bool admitted = true;
  bool shadow_limited =
      false;  // would have been refused, but limits are in shadow mode: charged all the same
  std::uint8_t refused_window =
      0xFF;  // position of the first exceeded window, in configured order; in shadow too
  std::uint8_t window_count = 0;
  std::uint32_t retry_after_seconds =
      0;  // of a refusal: until that window has room for the cost, rounded up, at least 1
  std::array<WindowState, kWindowsMax> windows;  // after the decision
  std::uint32_t settings_generation = 0;  // grows with every reconfigure: for caches of rendered header names
  const LimitSettings* settings = nullptr;  // it was decided by; valid while the caller's EpochGuard lives
};

class Limiter {
 public:
  /// Opens or creates the counter file. `utc` and `boot` are one reading of both clocks: they anchor the
  /// limiter's own time line, which follows the boot clock, so steps of civil time move no window; the anchor
  /// is kept in the file and used again within one boot. A file of damaged shape is set aside and logged.
  [[nodiscard]] static Result<std::unique_ptr<Limiter>> open(const std::filesystem::path& file,
                                                             const LimitSettings& settings, UtcTime utc,
                                                             Instant boot);
  virtual ~Limiter() = default;

  /// Makes room for keys up to `max_id`. One thread; not concurrently with itself. kFull beyond
  /// kLimiterKeysMax; kIo when the disk has no room for it.
  [[nodiscard]] virtual Result<void> reserve(KeyId max_id) = 0;

  /// The id of a plan with own limits over it, the same for the same content. Ids outlive `reconfigure`,
  /// which resolves them anew. One thread (the one that calls reserve and reconfigure).
  [[nodiscard]] virtual QuotaId quota_id(const std::string& plan, const LimitOverrides& own) = 0;

  /// Checks every window of `key` and takes `cost` from all, or from none. Any thread, under an EpochGuard;
  /// never allocates, nor blocks: a thread that meets another one in the same key's slot waits the
  /// nanoseconds that one needs, and yields if it was preempted there. Cost 0 is free: it takes nothing,
  /// opens no window, and is refused only by a limit of 0, which refuses always. A key without reserved room,
  /// or none, is admitted against no counters.
  [[nodiscard]] virtual Decision take(KeyId key, QuotaId quota, std::uint32_t cost, Instant now) noexcept = 0;

  /// What `take` would show before it takes; `admitted` and the refusal are those of a request of cost 1.
  [[nodiscard]] virtual Decision peek(KeyId key, QuotaId quota, Instant now) noexcept = 0;

  /// Puts new settings in force; counts of windows whose name stays are kept. One thread. Requests running
  /// meanwhile see the old or the new settings, whole.
  [[nodiscard]] virtual Result<void> reconfigure(const LimitSettings& settings) = 0;
};

}  // namespace weir
