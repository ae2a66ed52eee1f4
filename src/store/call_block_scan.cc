#include "store/call_block_scan.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "store/byte_io.h"
#include "store/membership_filter.h"
#include "store/stable_hash.h"

namespace weir {
namespace {

/// Decoding a whole column is worth it for more than one row in so many.
constexpr std::size_t kSparse = 4;

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
  if (filter_.path) path_hash_ = stable_hash(*filter_.path);
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
  if (none_left()) return {};
  const std::size_t start = out.size();
  out.resize(start + selected_.size());
  return fill(first_id, source, std::span(out).subspan(start));
}

Result<void> CallBlockScanner::open_numbers(CallColumn column, CallColumnSource& source) {
  WEIR_TRY_ASSIGN(bytes, source.column(column));
  return numbers_.open(bytes, rows_);
}

template <class Keep>
void CallBlockScanner::narrow(Keep keep) {
  std::size_t kept = 0;
  if (all_below_ > 0) {  // the first to narrow: nothing is selected yet, everything is
    selected_.resize(all_below_);
    for (std::size_t row = std::exchange(all_below_, 0); row-- > 0;) {
      selected_[kept] = static_cast<std::uint32_t>(row);
      kept += keep(static_cast<std::uint32_t>(row)) ? 1 : 0;
    }
  } else {
    for (const std::uint32_t row : selected_) {
      selected_[kept] = row;
      kept += keep(row) ? 1 : 0;
    }
  }
  selected_.resize(kept);
}

Result<void> CallBlockScanner::narrow_numbers(CallColumn column, CallColumnSource& source, std::uint64_t low,
                                              std::uint64_t high) {
  if (none_left()) return {};
  WEIR_TRY(open_numbers(column, source));
  if (low > high) high = low = kNumberMax;  // an empty range; no column holds that number
  const std::uint64_t width = high - low;
  if (all_below_ == 0 && selected_.size() * kSparse < rows_) {
    narrow([&](std::uint32_t row) { return numbers_.at(row) - low <= width; });
    return {};
  }
  numbers_.decode(decoded_);
  narrow([&](std::uint32_t row) { return decoded_[row] - low <= width; });
  return {};
}

Result<void> CallBlockScanner::narrow_texts(CallColumn texts, CallColumn index, CallColumnSource& source,
                                            std::string_view wanted) {
  if (none_left()) return {};
  WEIR_TRY_ASSIGN(bytes, source.column(texts));
  WEIR_TRY_ASSIGN(distinct, texts_.decode(bytes));
  const auto found = std::find(distinct.begin(), distinct.end(), wanted);
  if (found == distinct.end()) {
    select_none();
    return {};
  }
  const auto position = static_cast<std::uint64_t>(found - distinct.begin());
  return narrow_numbers(index, source, position, position);
}

Result<void> CallBlockScanner::narrow_times(CallColumnSource& source) {
  if (none_left()) return {};
  WEIR_TRY(open_numbers(CallColumn::kAt, source));
  const std::uint64_t from = filter_.from ? ordered(filter_.from->time_since_epoch().count()) : 0;
  const std::uint64_t to = filter_.to ? ordered(filter_.to->time_since_epoch().count()) : kNumberMax;
  narrow([&](std::uint32_t row) {
    const std::uint64_t time = ordered(static_cast<std::int64_t>(numbers_.at(row)));
    return time >= from && time < to;
  });
  return {};
}

Result<void> CallBlockScanner::count_uuids(CallColumnSource& source, std::vector<std::uint32_t>& before) {
  before.clear();
  WEIR_TRY_ASSIGN(dictionary, source.column(CallColumn::kRequestText));
  if (dictionary.empty()) return {};
  WEIR_TRY_ASSIGN(distinct, texts_.decode(dictionary));
  std::vector<bool> is_text(distinct.size());
  for (std::size_t i = 0; i < distinct.size(); ++i) is_text[i] = !distinct[i].empty();
  WEIR_TRY(open_numbers(CallColumn::kRequestTextIndex, source));
  numbers_.decode(decoded_);
  before.resize(rows_ + 1);
  for (std::size_t row = 0; row < rows_; ++row) {
    if (decoded_[row] >= is_text.size()) return damaged("its request ids");
    before[row + 1] = before[row] + (is_text[decoded_[row]] ? 0 : 1);
  }
  return {};
}

Result<void> CallBlockScanner::narrow_request_id(CallColumnSource& source) {
  if (!uuid_) {
    if (filter_.request_id->empty()) select_none();  // the text of rows that have a UUID
    return narrow_texts(CallColumn::kRequestText, CallColumn::kRequestTextIndex, source, *filter_.request_id);
  }
  if (none_left()) return {};
  WEIR_TRY(count_uuids(source, uuids_before_));
  const std::string_view wanted = bytes_of(*uuid_);
  WEIR_TRY_ASSIGN(uuids, source.column(CallColumn::kRequestUuid));
  const std::size_t count = uuids_before_.empty() ? rows_ : uuids_before_.back();
  if (uuids.size() != count * wanted.size()) return damaged("its request ids");
  narrow([&](std::uint32_t row) {
    if (uuids_before_.empty()) return uuids.compare(row * wanted.size(), wanted.size(), wanted) == 0;
    return uuids_before_[row] != uuids_before_[row + 1] &&
           uuids.compare(uuids_before_[row] * wanted.size(), wanted.size(), wanted) == 0;
  });
  return {};
}

Result<void> CallBlockScanner::narrow_hashed(CallColumn texts, CallColumn index, CallColumn hashes,
                                             CallColumnSource& source, std::string_view wanted,
                                             std::uint64_t hash) {
  if (none_left()) return {};
  WEIR_TRY_ASSIGN(words, source.column(hashes));
  if (!words.empty()) {
    // The texts are compressed: not touched unless a row has one of those the hashes leave, seldom more than
    // one.
    positions_.clear();
    for (std::size_t i = 0; i < words.size() / 4; ++i) {
      if (load_word<std::uint32_t>(words.data() + i * 4) == static_cast<std::uint32_t>(hash)) {
        positions_.push_back(i);
      }
    }
    if (positions_.empty()) {
      select_none();
      return {};
    }
    WEIR_TRY(open_numbers(index, source));
    narrow([&](std::uint32_t row) {
      return std::find(positions_.begin(), positions_.end(), numbers_.at(row)) != positions_.end();
    });
  }
  return narrow_texts(texts, index, source, wanted);
}

Result<void> CallBlockScanner::narrow_path(CallColumnSource& source, std::string_view wanted,
                                           std::uint64_t hash) {
  return narrow_hashed(CallColumn::kPath, CallColumn::kPathIndex, CallColumn::kPathHashes, source, wanted,
                       hash);
}

Result<void> CallBlockScanner::narrow_endpoint(CallColumnSource& source) {
  if (none_left()) return {};
  WEIR_TRY_ASSIGN(own, source.column(CallColumn::kEndpoint));
  if (own.empty()) return narrow_path(source, *filter_.endpoint, endpoint_hash_);
  return narrow_hashed(CallColumn::kEndpoint, CallColumn::kEndpointIndex, CallColumn::kEndpointHashes, source,
                       *filter_.endpoint, endpoint_hash_);
}

Result<void> CallBlockScanner::select(std::uint64_t first_id, CallColumnSource& source) {
  select_none();
  std::size_t below = rows_;
  if (filter_.before_id != 0) {
    if (filter_.before_id <= first_id) return {};
    below = static_cast<std::size_t>(std::min<std::uint64_t>(rows_, filter_.before_id - first_id));
  }
  if (filter_.request_id) {
    WEIR_TRY_ASSIGN(bytes, source.column(CallColumn::kRequestFilter));
    if (!filter_may_contain(bytes, request_hash_)) return {};
  }
  all_below_ = below;

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
  if (filter_.outcome) {
    const auto number = static_cast<std::uint64_t>(*filter_.outcome);
    WEIR_TRY(narrow_numbers(CallColumn::kOutcome, source, number, number));
  }
  if (filter_.response_time_min && *filter_.response_time_min > Micros(0)) {
    WEIR_TRY(narrow_numbers(CallColumn::kResponseTime, source,
                            static_cast<std::uint64_t>(filter_.response_time_min->count()), kNumberMax));
  }
  if (method_) {
    const auto number = static_cast<std::uint64_t>(*method_);
    WEIR_TRY(narrow_numbers(CallColumn::kMethod, source, number, number));
  } else if (filter_.method) {
    if (filter_.method->empty()) select_none();  // the text of rows whose method has a number
    WEIR_TRY(narrow_texts(CallColumn::kMethodText, CallColumn::kMethodTextIndex, source, *filter_.method));
  }
  if (filter_.from || filter_.to) WEIR_TRY(narrow_times(source));
  if (filter_.request_id) WEIR_TRY(narrow_request_id(source));
  if (filter_.path) WEIR_TRY(narrow_path(source, *filter_.path, path_hash_));
  if (filter_.endpoint) WEIR_TRY(narrow_endpoint(source));
  if (all_below_ > 0) narrow([](std::uint32_t) { return true; });
  return {};
}

}  // namespace weir
