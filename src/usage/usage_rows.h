// Which rows of a part a question is about, and what their columns hold.
//
// Not thread-safe: one question's, used for part after part.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/rollup_part.h"
#include "store/rollup_store.h"
#include "usage/usage_scan.h"

namespace weir {

class UsageRows {
 public:
  using Values = std::span<const std::uint64_t>;

  /// `filter` outlives it.
  explicit UsageRows(const ScanFilter& filter) : filter_(filter) {}

  /// Chooses those of `part` that match the filter. `leading`: the values of the part's leading dimension
  /// that can, ascending; null: any. `snapshot`, where columns are read from when they are asked for, must
  /// stay meanwhile. kCorrupt, kIo.
  [[nodiscard]] Result<void> choose(const RollupPartRef& part, RollupSnapshot& snapshot,
                                    const std::vector<std::uint32_t>* leading);

  /// Those chosen, ascending.
  [[nodiscard]] std::span<const std::uint32_t> rows() const { return rows_; }
  [[nodiscard]] RollupPartReader& reader() { return reader_; }
  /// A column's values for the rows chosen. Valid until it is asked for again. kCorrupt, kIo.
  [[nodiscard]] Result<Values> values(RollupColumn column);
  /// Leaves those whose place in `rows` the call says yes to, in order.
  template <class Keep>
  void keep(Keep keep) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      rows_[kept] = rows_[i];
      kept += keep(i) ? 1 : 0;
    }
    rows_.resize(kept);
  }

 private:
  Result<void> find(const RollupPartRef& part, const std::vector<std::uint32_t>* leading);
  Result<void> find_few(RollupColumn column, std::span<const std::uint32_t> leading);
  Result<void> find_many(RollupColumn column, std::span<const std::uint32_t> leading);
  template <class Matches>
  Result<void> keep_matching(RollupColumn column, Matches matches);

  const ScanFilter& filter_;
  RollupSnapshot* snapshot_ = nullptr;
  std::int64_t part_ = 0;
  RollupPartReader reader_;
  std::vector<std::uint32_t> rows_;
  std::array<std::vector<std::uint64_t>, kRollupColumns> gathered_;
};

/// Whether a cut's rows are first ordered by endpoint: by key, or by nothing, else.
[[nodiscard]] constexpr bool leads_with_endpoint(RollupCut cut) {
  return cut == RollupCut::kEndpoints || cut == RollupCut::kPairsByEndpoint;
}

}  // namespace weir
