#include "store/call_block_scan.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "store/int_column.h"
#include "store/membership_filter.h"
#include "store/stable_hash.h"

namespace weir {
namespace {

constexpr std::uint64_t kNumberMax = std::numeric_limits<std::uint64_t>::max();

/// Flips the sign bit, so that times compare as unsigned numbers do.
std::uint64_t ordered(std::int64_t value) {
  return static_cast<std::uint64_t>(value) ^ 1ULL << 63;
}

std::string_view bytes_of(const Uuid& uuid) {
  return {reinterpret_cast<const char*>(uuid.bytes.data()), uuid.bytes.size()};
}

tl::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorCode::kCorrupt, std::string("a block of calls is damaged: ") + std::string(what));
}

}  // namespace

CallBlockScanner::CallBlockScanner(const CallFilter& filter) : filter_(filter) {
  if (filter_.method) {
    const Method method = parse_method(*filter_.method);
    if (method != Method::kOther) method_ = method;
  }
  if (filter_.endpoint) endpoint_hash_ = stable_hash(*filter_.endpoint);
  if (filter_.request_id) {
    uuid_ = Uuid::parse(*filter_.request_id);
    request_hash_ = stable_hash(uuid_ ? bytes_of(*uuid_) : std::string_view(*filter_.request_id));
  }
}

Result<void> CallBlockScanner::scan(std::uint64_t first_id, std::size_t rows, CallColumnSource& source,
                                    std::vector<CallRow>& out) {
  if (rows == 0 || rows > kBlockRowsMax) return damaged("its number of rows");
  rows_ = rows;
  WEIR_TRY(select(first_id, source));
  if (out.size() >= filter_.limit) return {};
  selected_.resize(std::min(selected_.size(), filter_.limit - out.size()));
  if (selected_.empty()) return {};
  const std::size_t start = out.size();
  out.resize(start + selected_.size());
  return fill(first_id, source, std::span(out).subspan(start));
}

Result<std::span<const std::uint64_t>> CallBlockScanner::numbers(CallColumn column,
                                                                 CallColumnSource& source) {
  WEIR_TRY_ASSIGN(bytes, source.column(column));
  WEIR_TRY(decode_ints(bytes, rows_, numbers_));
  return std::span<const std::uint64_t>(numbers_);
}

template <class Keep>
void CallBlockScanner::narrow(Keep keep) {
  std::size_t kept = 0;
  for (const std::uint32_t row : selected_) {
    selected_[kept] = row;
    kept += keep(row) ? 1 : 0;
  }
  selected_.resize(kept);
}

Result<void> CallBlockScanner::narrow_numbers(CallColumn column, CallColumnSource& source, std::uint64_t low,
                                              std::uint64_t high) {
  if (selected_.empty()) return {};
  WEIR_TRY_ASSIGN(values, numbers(column, source));
  narrow([&](std::uint32_t row) { return values[row] >= low && values[row] <= high; });
  return {};
}

Result<void> CallBlockScanner::narrow_texts(CallColumn texts, CallColumn index, CallColumnSource& source,
                                            std::string_view wanted) {
  if (selected_.empty()) return {};
  WEIR_TRY_ASSIGN(bytes, source.column(texts));
  WEIR_TRY_ASSIGN(distinct, texts_.decode(bytes));
  const auto found = std::find(distinct.begin(), distinct.end(), wanted);
  if (found == distinct.end()) {
    selected_.clear();
    return {};
  }
  const auto position = static_cast<std::uint64_t>(found - distinct.begin());
  return narrow_numbers(index, source, position, position);
}

/// Whether the membership filters leave a chance.
Result<bool> CallBlockScanner::filters_pass(CallColumnSource& source) {
  if (filter_.request_id) {
    WEIR_TRY_ASSIGN(bytes, source.column(CallColumn::kRequestFilter));
    if (!filter_may_contain(bytes, request_hash_)) return false;
  }
  if (filter_.endpoint) {
    WEIR_TRY_ASSIGN(own, source.column(CallColumn::kEndpoint));
    const bool is_path = own.empty();
    WEIR_TRY_ASSIGN(bytes, source.column(is_path ? CallColumn::kPathFilter : CallColumn::kEndpointFilter));
    if (!filter_may_contain(bytes, endpoint_hash_)) return false;
  }
  return true;
}

Result<void> CallBlockScanner::narrow_request_id(CallColumnSource& source) {
  if (!uuid_) {
    if (filter_.request_id->empty()) selected_.clear();  // the text of rows that have a UUID
    return narrow_texts(CallColumn::kRequestText, CallColumn::kRequestTextIndex, source, *filter_.request_id);
  }
  if (selected_.empty()) return {};
  // Rows with a text id have no UUID: a row's place among the UUIDs is found by walking up from the oldest.
  std::vector<std::uint64_t> has_text(rows_, 0);
  WEIR_TRY_ASSIGN(dictionary, source.column(CallColumn::kRequestText));
  if (!dictionary.empty()) {
    WEIR_TRY_ASSIGN(distinct, texts_.decode(dictionary));
    std::vector<bool> is_text(distinct.size());
    for (std::size_t i = 0; i < distinct.size(); ++i) is_text[i] = !distinct[i].empty();
    WEIR_TRY_ASSIGN(index, numbers(CallColumn::kRequestTextIndex, source));
    for (std::size_t row = 0; row < rows_; ++row) {
      if (index[row] >= is_text.size()) return damaged("its request ids");
      has_text[row] = is_text[index[row]] ? 1 : 0;
    }
  }
  WEIR_TRY_ASSIGN(uuids, source.column(CallColumn::kRequestUuid));
  const std::string_view wanted = bytes_of(*uuid_);
  std::vector<std::uint8_t> matches(rows_, 0);
  std::size_t at = 0;
  for (std::size_t row = 0; row < rows_; ++row) {
    if (has_text[row] != 0) continue;
    if (at + wanted.size() > uuids.size()) return damaged("its request ids");
    matches[row] = uuids.compare(at, wanted.size(), wanted) == 0 ? 1 : 0;
    at += wanted.size();
  }
  narrow([&](std::uint32_t row) { return matches[row] != 0; });
  return {};
}

Result<void> CallBlockScanner::select(std::uint64_t first_id, CallColumnSource& source) {
  selected_.clear();
  std::size_t below = rows_;
  if (filter_.before_id != 0) {
    if (filter_.before_id <= first_id) return {};
    below = static_cast<std::size_t>(std::min<std::uint64_t>(rows_, filter_.before_id - first_id));
  }
  WEIR_TRY_ASSIGN(possible, filters_pass(source));
  if (!possible) return {};
  selected_.resize(below);
  std::iota(selected_.rbegin(), selected_.rend(), 0U);

  // The likeliest to leave nothing first: what it costs to be wrong grows down this list.
  if (filter_.key) {
    WEIR_TRY(narrow_numbers(CallColumn::kKey, source, filter_.key->value(), filter_.key->value()));
  }
  if (filter_.user) {
    WEIR_TRY(narrow_numbers(CallColumn::kUser, source, filter_.user->value(), filter_.user->value()));
  }
  if (filter_.status_min || filter_.status_max) {
    WEIR_TRY(narrow_numbers(CallColumn::kStatus, source, filter_.status_min.value_or(0),
                            filter_.status_max ? *filter_.status_max : kNumberMax));
  }
  if (method_) {
    const auto number = static_cast<std::uint64_t>(*method_);
    WEIR_TRY(narrow_numbers(CallColumn::kMethod, source, number, number));
  } else if (filter_.method) {
    if (filter_.method->empty()) selected_.clear();  // the text of rows whose method has a number
    WEIR_TRY(narrow_texts(CallColumn::kMethodText, CallColumn::kMethodTextIndex, source, *filter_.method));
  }
  if ((filter_.from || filter_.to) && !selected_.empty()) {
    WEIR_TRY_ASSIGN(times, numbers(CallColumn::kAt, source));
    const std::uint64_t from = filter_.from ? ordered(filter_.from->time_since_epoch().count()) : 0;
    const std::uint64_t to = filter_.to ? ordered(filter_.to->time_since_epoch().count()) : kNumberMax;
    narrow([&](std::uint32_t row) {
      const std::uint64_t time = ordered(static_cast<std::int64_t>(times[row]));
      return time >= from && time < to;
    });
  }
  if (filter_.request_id) WEIR_TRY(narrow_request_id(source));
  if (filter_.endpoint && !selected_.empty()) {
    WEIR_TRY_ASSIGN(own, source.column(CallColumn::kEndpoint));
    if (own.empty()) {
      WEIR_TRY(narrow_texts(CallColumn::kPath, CallColumn::kPathIndex, source, *filter_.endpoint));
    } else {
      WEIR_TRY(narrow_texts(CallColumn::kEndpoint, CallColumn::kEndpointIndex, source, *filter_.endpoint));
    }
  }
  return {};
}

}  // namespace weir
