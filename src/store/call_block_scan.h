// Finds the calls of a block that pass a filter, newest first, decoding only the columns that decide.
//
// Not thread-safe: one scanner a query keeps the buffers. Any bytes may come out of the source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/call_block.h"
#include "store/call_log.h"
#include "store/int_column.h"

namespace weir {

/// Where a block's columns come from.
class CallColumnSource {
 public:
  virtual ~CallColumnSource() = default;
  /// The column as encoded, its checksum checked and taken off; empty when left out. Valid until the next
  /// call.
  [[nodiscard]] virtual Result<std::string_view> column(CallColumn column) = 0;
};

class CallBlockScanner {
 public:
  explicit CallBlockScanner(const CallFilter& filter);

  /// Appends the block's matching calls to `out`, newest first, until it holds `filter.limit`. `first_id` is
  /// the id of the block's first row; `rows` how many it has. kCorrupt: `out` may have lost its order.
  [[nodiscard]] Result<void> scan(std::uint64_t first_id, std::size_t rows, CallColumnSource& source,
                                  std::vector<CallRow>& out);

 private:
  template <class Keep>
  void narrow(Keep keep);
  [[nodiscard]] bool none_left() const { return all_below_ == 0 && selected_.empty(); }
  void select_none() {
    all_below_ = 0;
    selected_.clear();
  }
  Result<void> narrow_numbers(CallColumn column, CallColumnSource& source, std::uint64_t low,
                              std::uint64_t high);
  Result<void> narrow_texts(CallColumn texts, CallColumn index, CallColumnSource& source,
                            std::string_view wanted);
  Result<void> narrow_times(CallColumnSource& source);
  Result<void> narrow_request_id(CallColumnSource& source);
  /// Of texts that may have hashes beside them; `hash`: stable_hash of `wanted`.
  Result<void> narrow_hashed(CallColumn texts, CallColumn index, CallColumn hashes, CallColumnSource& source,
                             std::string_view wanted, std::uint64_t hash);
  Result<void> narrow_path(CallColumnSource& source, std::string_view wanted, std::uint64_t hash);
  Result<void> narrow_endpoint(CallColumnSource& source);
  Result<void> select(std::uint64_t first_id, CallColumnSource& source);

  Result<void> fill(std::uint64_t first_id, CallColumnSource& source, std::span<CallRow> out);
  Result<void> fill_request_ids(CallColumnSource& source, std::span<CallRow> out);
  template <class Put>
  Result<void> for_numbers(CallColumn column, CallColumnSource& source, std::span<CallRow> out, Put put);
  template <class Put>
  Result<void> for_texts(CallColumn texts, CallColumn index, CallColumnSource& source, std::span<CallRow> out,
                         Put put);

  /// Opens a column in numbers_.
  Result<void> open_numbers(CallColumn column, CallColumnSource& source);
  /// For each row, how many before it have a UUID; the whole number last. Empty: every row has one.
  Result<void> count_uuids(CallColumnSource& source, std::vector<std::uint32_t>& before);

  const CallFilter filter_;
  std::optional<Method> method_;  // of the filter, when it is one with a number
  std::optional<Uuid> uuid_;      // of the filter, when its request id is one
  std::uint64_t endpoint_hash_ = 0;
  std::uint64_t path_hash_ = 0;
  std::uint64_t request_hash_ = 0;

  std::size_t rows_ = 0;
  std::size_t all_below_ = 0;            // not 0: every row below this passes so far
  std::vector<std::uint32_t> selected_;  // else: rows that pass so far, newest first
  IntColumnReader numbers_;              // until the source is asked for another column
  std::vector<std::uint64_t> decoded_;
  std::vector<std::uint32_t> uuids_before_;
  std::vector<std::uint64_t> positions_;
  TextColumnDecoder texts_;
};

}  // namespace weir
