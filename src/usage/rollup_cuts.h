// The cuts of a block, made from its rows of RollupCut::kPairs as they pass by in order.
//
// Not thread-safe. Holds one key's rows and those of the totals and endpoints, never the block.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/log_histogram.h"
#include "base/result.h"
#include "store/rollup_part.h"
#include "store/rollup_tier.h"

namespace weir {

/// Whether blocks of a tier have a cut. Short periods leave out what is answered as well from their pairs.
[[nodiscard]] bool tier_has_cut(RollupTier tier, RollupCut cut);

class RollupCuts {
 public:
  explicit RollupCuts(RollupTier tier) : tier_(tier) {}

  /// The next row of the pairs. Full parts go to `out`.
  [[nodiscard]] Result<void> add(const RollupRow& row, const RollupHistograms& histograms,
                                 std::vector<RollupPart>& out);
  /// All that is left.
  void finish(std::vector<RollupPart>& out);

 private:
  struct Sum {
    RollupMeasures measures;
    LogHistogram response;
    LogHistogram upstream;
    void merge(const Sum& other);
  };
  /// Sums of what is below the leading dimension: by rollup_order's low word.
  using Sums = std::map<std::uint64_t, Sum>;

  void finish_key(std::vector<RollupPart>& out);
  void finish_endpoints(std::vector<RollupPart>& out);
  void emit(RollupCut cut, const RollupDims& dims, const Sum& sum, std::vector<RollupPart>& out);
  void flush(RollupCut cut, std::vector<RollupPart>& out);

  RollupTier tier_;
  bool has_key_ = false;
  std::uint32_t key_ = 0;
  Sums of_key_;
  Sum whole_key_;
  std::map<std::uint32_t, Sums> of_endpoints_;
  std::array<RollupPartBuilder, kRollupCuts> builders_;
  std::string response_;
  std::string upstream_;
};

}  // namespace weir
