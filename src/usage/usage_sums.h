// Adds up chosen rows by group and point in time.
//
// Not thread-safe: one question's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/rollup_store.h"
#include "usage/place_index.h"
#include "usage/usage_rows.h"
#include "usage/usage_scan.h"

namespace weir {

class UsageSums {
 public:
  /// `question` outlives it.
  UsageSums(const ScanQuestion& question, std::size_t points);

  /// Adds the rows chosen of `part`, which those that nobody wants are taken from, to the sums of `point`;
  /// their histograms are read from `snapshot` when the question needs them. kCorrupt, kIo, or what `user_of`
  /// says.
  [[nodiscard]] Result<void> add(UsageRows& rows, const RollupPartRef& part, std::size_t point,
                                 RollupSnapshot& snapshot);
  /// Adds what another one added up for the same question, of other rows. Its histograms may be taken from
  /// it.
  void merge(ScanResult& other);
  /// The only groups there will be, in no order; meaningless unless the question names them.
  [[nodiscard]] const std::vector<std::uint32_t>& groups() const { return result_.ids; }
  [[nodiscard]] ScanResult take() { return std::move(result_); }

 private:
  using Values = UsageRows::Values;

  Result<void> place(UsageRows& rows, RollupCut cut, std::size_t point);
  Result<std::uint32_t> owner_of(std::uint32_t key);
  std::uint32_t place_of(std::uint32_t id);
  template <class Put>
  void each_sum(Put put);
  Result<void> add_counts(UsageRows& rows, RollupCut cut);
  Result<void> add_classes(UsageRows& rows);
  Result<void> derive_classes(UsageRows& rows, Values requests);
  Result<void> add_class(UsageRows& rows, RollupColumn column, std::uint64_t RollupMeasures::*measure);
  Result<void> add_bytes(UsageRows& rows);
  Result<void> add_response_counts(UsageRows& rows, Values requests);
  Result<void> add_upstream_counts(UsageRows& rows);
  static Result<void> open_run(UsageRows& rows, const RollupPartRef& part, RollupTimes times,
                               std::uint32_t row, RollupSnapshot& snapshot);
  template <class Visit>
  Result<void> each_histogram(UsageRows& rows, const RollupPartRef& part, RollupTimes times, Values counts,
                              RollupSnapshot& snapshot, Visit visit);
  Result<void> open_heads(UsageRows& rows, const RollupPartRef& part, RollupSnapshot& snapshot);
  Result<void> add_response_times(UsageRows& rows, const RollupPartRef& part, RollupSnapshot& snapshot);
  Result<void> add_bands(UsageRows& rows, const RollupPartRef& part, RollupSnapshot& snapshot);
  Result<void> add_upstream_times(UsageRows& rows, const RollupPartRef& part, RollupSnapshot& snapshot);

  const ScanQuestion& question_;
  ScanResult result_;
  PlaceIndex places_of_ids_;
  PlaceIndex places_of_keys_;            // for GroupBy::kUser
  std::vector<std::uint32_t> places_;    // of the rows: which sum each belongs to
  std::size_t misses_ = 0;               // parts one after the other whose first heads did not reach
  std::vector<std::uint64_t> measured_;  // of the rows: calls with a response time
};

}  // namespace weir
