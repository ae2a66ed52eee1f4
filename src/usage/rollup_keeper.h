// Keeps the roll-ups in shape: merges what lies side by side, and forgets what is past its time.
//
// `step` belongs to one thread; `set_retention` may be called by any.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "store/store.h"
#include "usage/key_owners.h"
#include "usage/rollup_fold.h"

namespace weir {

/// How long each tier is kept; none: for ever. Weeks and months of four weeks are kept as long as days.
struct RollupRetention {
  std::optional<Seconds> minutes = Seconds(std::chrono::days(2));
  std::optional<Seconds> hours = Seconds(std::chrono::days(90));
  std::optional<Seconds> days = Seconds(std::chrono::days(730));
  friend bool operator==(const RollupRetention&, const RollupRetention&) = default;
};

class RollupKeeper {
 public:
  /// `store` outlives it.
  explicit RollupKeeper(Store& store) : store_(store.rollups()), owners_(store.keys()) {}

  /// A few milliseconds of work; false: there is none for now, ask again in a second. What an error
  /// interrupted is begun anew by a later step, an hour later when it is damage or a bound that will not go
  /// away; nothing is lost or counted twice by it.
  [[nodiscard]] Result<bool> step(UtcTime now);

  void set_retention(const RollupRetention& retention);

 private:
  [[nodiscard]] Result<std::optional<RollupFoldPlan>> find_work(UtcTime now);
  Result<std::optional<RollupFoldPlan>> find_fold(RollupSnapshot& snapshot, UtcTime now);
  Result<std::optional<RollupFoldPlan>> find_crowd(RollupSnapshot& snapshot, UtcTime now);
  [[nodiscard]] bool is_put_off(RollupTier tier, RollupMinute period, UtcTime now);
  Result<void> forget(UtcTime now);

  RollupStore& store_;
  KeyOwners owners_;
  std::unique_ptr<RollupFold> fold_;  // under way
  /// When merges into a period are tried again that failed for good, and in which tier.
  std::map<std::pair<RollupTier, RollupMinute>, UtcTime> put_off_;
  UtcTime tidied_at_{};  // when retention was last looked at
  bool crowded_ = true;  // there may be crowds
  bool sweeping_ = true;

  std::mutex mutex_;
  RollupRetention retention_;  // guarded by mutex_
};

}  // namespace weir
