// One merge: many blocks of a period become one, in steps of bounded length.
//
// The roll-up thread only. A fold that is given up in the middle leaves nothing that anybody sees.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/rollup_store.h"
#include "usage/rollup_cursor.h"
#include "usage/rollup_cuts.h"

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
  /// `store` outlives it.
  RollupFold(RollupStore& store, RollupFoldPlan plan, UtcTime now);

  /// Merges some thousand rows and writes what came of them; true: the block is published.
  [[nodiscard]] Result<bool> step();

 private:
  /// A run of endpoints whose rows are turned round together: in memory when there are several.
  struct EndpointRun {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };
  struct HeldRow {
    RollupRow row;
    std::string response;
    std::string upstream;
  };
  enum class Phase { kPairs, kByEndpoint, kPublish };

  Result<void> merge_pairs();
  void plan_runs();
  Result<void> turn_round();
  Result<void> finish_run();
  void put_by_endpoint(const RollupRow& row, const RollupHistograms& histograms);
  Result<void> write(bool all);

  RollupStore& store_;
  RollupFoldPlan plan_;
  UtcTime now_;
  Phase phase_ = Phase::kPairs;
  bool begun_ = false;
  RollupMerge merge_;
  RollupCuts cuts_;
  RollupPartBuilder pairs_;
  std::vector<RollupPart> parts_;  // made, not written
  std::map<std::uint32_t, std::uint64_t> rows_of_endpoint_;

  RollupPartBuilder by_endpoint_;
  std::vector<EndpointRun> runs_;
  std::size_t run_ = 0;
  std::optional<RollupCursor> cursor_;
  std::vector<HeldRow> held_;
};

}  // namespace weir
