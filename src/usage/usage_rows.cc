#include "usage/usage_rows.h"

#include <algorithm>
#include <numeric>

namespace weir {
namespace {

/// A value's rows beyond so many are not looked at one by one.
constexpr std::uint32_t kFewRows = 8;

}  // namespace

Result<void> UsageRows::choose(const RollupPartRef& part, RollupSnapshot& snapshot,
                               const std::vector<std::uint32_t>* leading) {
  snapshot_ = &snapshot;
  part_ = part.id;
  WEIR_TRY_ASSIGN(counts, snapshot.counts(part.id));
  WEIR_TRY(reader_.open(part.cut, part.rows, counts, part.is_split));
  WEIR_TRY(find(part, leading));
  if (filter_.endpoint && !leads_with_endpoint(part.cut)) {
    WEIR_TRY(keep_matching(RollupColumn::kEndpoint,
                           [this](std::uint64_t value) { return value == *filter_.endpoint; }));
  }
  if (filter_.method) {
    WEIR_TRY(keep_matching(RollupColumn::kMethod,
                           [this](std::uint64_t value) { return value == *filter_.method; }));
  }
  if (filter_.by_status()) {
    WEIR_TRY(keep_matching(RollupColumn::kStatus, [this](std::uint64_t value) {
      return value >= filter_.status_min && value <= filter_.status_max;
    }));
  }
  return {};
}

/// Rows are in the order of the leading values: of those asked for, few are looked at.
Result<void> UsageRows::find(const RollupPartRef& part, const std::vector<std::uint32_t>* leading) {
  rows_.clear();
  const bool all_one = part.first == part.last;
  if (leading == nullptr || (all_one && std::binary_search(leading->begin(), leading->end(), part.first))) {
    rows_.resize(reader_.rows());
    std::iota(rows_.begin(), rows_.end(), 0U);
    return {};
  }
  const RollupColumn column = leads_with_endpoint(part.cut) ? RollupColumn::kEndpoint : RollupColumn::kKey;
  const auto begin = std::lower_bound(leading->begin(), leading->end(), part.first);
  const auto end = std::upper_bound(begin, leading->end(), part.last);
  const bool many = static_cast<std::size_t>(end - begin) * 16 > reader_.rows();
  return many ? find_many(column, {begin, end}) : find_few(column, {begin, end});
}

Result<void> UsageRows::find_few(RollupColumn column, std::span<const std::uint32_t> leading) {
  const auto size = static_cast<std::uint32_t>(reader_.rows());
  std::uint32_t row = 0;
  // To the first row from `row` on of a value that is not below.
  const auto seek = [&](std::uint64_t value) -> Result<void> {
    for (std::uint32_t above = size; row < above;) {
      const std::uint32_t middle = row + (above - row) / 2;
      WEIR_TRY_ASSIGN(found, reader_.value(column, middle));
      if (found < value)
        row = middle + 1;
      else
        above = middle;
    }
    return {};
  };
  for (const std::uint32_t value : leading) {
    WEIR_TRY(seek(value));
    const std::uint32_t first = row;
    while (row < size && row - first < kFewRows) {
      WEIR_TRY_ASSIGN(found, reader_.value(column, row));
      if (found != value) break;
      ++row;
    }
    if (row - first == kFewRows) WEIR_TRY(seek(std::uint64_t{value} + 1));
    for (std::uint32_t found = first; found < row; ++found) rows_.push_back(found);
  }
  return {};
}

Result<void> UsageRows::find_many(RollupColumn column, std::span<const std::uint32_t> leading) {
  WEIR_TRY_ASSIGN(found, reader_.column(column));
  std::size_t at = 0;
  for (std::uint32_t row = 0; row < found.size(); ++row) {
    while (at < leading.size() && leading[at] < found[row]) ++at;
    if (at == leading.size()) break;
    if (leading[at] == found[row]) rows_.push_back(row);
  }
  return {};
}

Result<UsageRows::Values> UsageRows::values(RollupColumn column) {
  const RollupColumns columns = rollup_columns_of(column);
  if (!reader_.has_columns(columns)) {
    WEIR_TRY_ASSIGN(bytes, snapshot_->columns(part_, columns));
    WEIR_TRY(reader_.open_columns(columns, bytes));
  }
  if (rows_.size() == reader_.rows()) return reader_.column(column);
  std::vector<std::uint64_t>& out = gathered_[static_cast<std::size_t>(column)];
  out.resize(rows_.size());
  if (rows_.size() * 32 < reader_.rows()) {  // decoding all would cost more
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      WEIR_TRY_ASSIGN(value, reader_.value(column, rows_[i]));
      out[i] = value;
    }
    return Values(out);
  }
  WEIR_TRY_ASSIGN(all, reader_.column(column));
  for (std::size_t i = 0; i < rows_.size(); ++i) out[i] = all[rows_[i]];
  return Values(out);
}

template <class Matches>
Result<void> UsageRows::keep_matching(RollupColumn column, Matches matches) {
  if (rows_.empty()) return {};
  WEIR_TRY_ASSIGN(found, values(column));
  keep([&](std::size_t i) { return matches(found[i]); });
  return {};
}

}  // namespace weir
