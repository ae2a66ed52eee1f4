// Adds up the rows of block after block that a question is about.
//
// One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "store/rollup_store.h"
#include "usage/usage_rows.h"
#include "usage/usage_scan.h"
#include "usage/usage_sums.h"

namespace weir {

/// The blocks that answer a question, in order of time tier by tier. kCorrupt, kIo.
[[nodiscard]] Result<std::vector<RollupBlock>> blocks_of(RollupSnapshot& snapshot,
                                                         const ScanQuestion& question);

class BlockScanner {
 public:
  /// Both outlive it.
  BlockScanner(RollupSnapshot& snapshot, const ScanQuestion& question);

  /// kCorrupt, kIo, or what `user_of` says.
  [[nodiscard]] Result<void> scan(const RollupBlock& block);
  /// What another one added up for the same question, of other blocks. Its histograms may be taken from it.
  void merge(ScanResult& other) { sums_.merge(other); }
  [[nodiscard]] ScanResult take() { return sums_.take(); }
  /// What the blocks so far cost: about a row each, of some 30 ns.
  [[nodiscard]] std::size_t cost() const { return cost_; }

 private:
  Result<void> scan_parts(const RollupBlock& block);
  [[nodiscard]] const std::vector<std::uint32_t>* leading_of(RollupCut cut) const;

  RollupSnapshot& snapshot_;
  const ScanQuestion& question_;
  const std::size_t row_cost_;
  UsageRows rows_;
  UsageSums sums_;
  std::vector<std::uint32_t> wanted_;    // ascending
  std::vector<std::uint32_t> endpoint_;  // of the filter
  std::vector<std::uint32_t> user_;      // likewise
  std::size_t cost_ = 0;
};

}  // namespace weir
