// One merge: many blocks of a period become one, in steps of bounded length.
//
// The roll-up thread only. A fold that is given up in the middle leaves nothing that anybody sees.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/rollup_store.h"
#include "usage/key_owners.h"
#include "usage/rollup_cursor.h"
#include "usage/rollup_cuts.h"
#include "usage/rollup_turn.h"

namespace weir {

struct RollupFoldPlan {
  RollupTier tier = RollupTier::kMinute;  // of the block to be made
  RollupMinute period = 0;
  std::vector<RollupBlock> sources;
  RollupSources fate = RollupSources::kFold;
  bool folded = false;  // state of the block to be made
};

class RollupFold {
 public:
  /// Both outlive it.
  RollupFold(RollupStore& store, KeyOwners& owners, RollupFoldPlan plan, UtcTime now);

  [[nodiscard]] const RollupFoldPlan& plan() const { return plan_; }
  /// Merges some thousand rows and writes what came of them; true: the block is published.
  [[nodiscard]] Result<bool> step();

 private:
  enum class Phase { kPairs, kByUser, kByEndpoint, kPublish };

  Result<void> merge_pairs();
  Result<void> expect(const RollupDims& dims);
  /// What comes after `phase`, of what the tier has.
  [[nodiscard]] Phase next(Phase phase) const;
  Result<void> write(bool all);

  RollupStore& store_;
  KeyOwners& owners_;
  RollupFoldPlan plan_;
  UtcTime now_;
  Phase phase_ = Phase::kPairs;
  bool begun_ = false;
  RollupMerge merge_;
  RollupCuts cuts_;
  RollupPartBuilder pairs_;
  std::vector<RollupPart> parts_;     // made, not written
  std::optional<std::uint32_t> key_;  // of the last row of the pairs
  RollupTurn by_user_;
  RollupTurn by_endpoint_;
};

}  // namespace weir
