// The other half of CallBlockScanner: whole rows for the calls that passed.
#include <algorithm>

#include "store/call_block_scan.h"
#include "store/call_source.h"
#include "store/int_column.h"

namespace weir {
namespace {

tl::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorCode::kCorrupt, std::string("a block of calls is damaged: ") + std::string(what));
}

}  // namespace

template <class Put>
Result<void> CallBlockScanner::for_numbers(CallColumn column, CallColumnSource& source,
                                           std::span<CallRow> out, Put put) {
  WEIR_TRY(open_numbers(column, source));
  for (std::size_t i = 0; i < out.size(); ++i) put(out[i], numbers_.at(selected_[i]));
  return {};
}

template <class Put>
Result<void> CallBlockScanner::for_texts(CallColumn texts, CallColumn index, CallColumnSource& source,
                                         std::span<CallRow> out, Put put) {
  WEIR_TRY(open_numbers(index, source));
  positions_.clear();
  for (std::size_t i = 0; i < out.size(); ++i) positions_.push_back(numbers_.at(selected_[i]));
  WEIR_TRY_ASSIGN(bytes, source.column(texts));
  WEIR_TRY_ASSIGN(distinct, texts_.decode(bytes));
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (positions_[i] >= distinct.size()) return damaged("a text is not among its texts");
    put(out[i], distinct[positions_[i]]);
  }
  return {};
}

Result<void> CallBlockScanner::fill_request_ids(CallColumnSource& source, std::span<CallRow> out) {
  WEIR_TRY(for_texts(CallColumn::kRequestText, CallColumn::kRequestTextIndex, source, out,
                     [](CallRow& row, std::string_view text) { row.request_id = text; }));
  WEIR_TRY(count_uuids(source, uuids_before_));
  WEIR_TRY_ASSIGN(uuids, source.column(CallColumn::kRequestUuid));
  Uuid uuid;
  const std::size_t count = uuids_before_.empty() ? rows_ : uuids_before_.back();
  if (uuids.size() != count * uuid.bytes.size()) return damaged("its request ids");
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!out[i].request_id.empty()) continue;
    const std::size_t place = uuids_before_.empty() ? selected_[i] : uuids_before_[selected_[i]];
    const std::string_view bytes = uuids.substr(place * uuid.bytes.size(), uuid.bytes.size());
    std::copy(bytes.begin(), bytes.end(), uuid.bytes.begin());
    out[i].request_id = uuid.to_string();
  }
  return {};
}

Result<void> CallBlockScanner::fill(std::uint64_t first_id, CallColumnSource& source,
                                    std::span<CallRow> out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i].id = first_id + selected_[i];
  WEIR_TRY(for_numbers(CallColumn::kAt, source, out, [](CallRow& row, std::uint64_t value) {
    row.at = UtcTime(Micros(static_cast<std::int64_t>(value)));
  }));
  WEIR_TRY(for_numbers(CallColumn::kKey, source, out, [](CallRow& row, std::uint64_t value) {
    row.key = KeyId(static_cast<KeyId::Value>(value));
  }));
  WEIR_TRY(for_numbers(CallColumn::kUser, source, out, [](CallRow& row, std::uint64_t value) {
    row.user = UserId(static_cast<UserId::Value>(value));
  }));
  WEIR_TRY(for_numbers(CallColumn::kMethod, source, out, [](CallRow& row, std::uint64_t value) {
    row.method = to_string(static_cast<Method>(value));
  }));
  WEIR_TRY(for_texts(CallColumn::kMethodText, CallColumn::kMethodTextIndex, source, out,
                     [](CallRow& row, std::string_view text) {
                       if (!text.empty()) row.method = text;
                     }));
  WEIR_TRY(for_numbers(CallColumn::kStatus, source, out, [](CallRow& row, std::uint64_t value) {
    row.status = static_cast<std::uint16_t>(value);
  }));
  WEIR_TRY(for_numbers(CallColumn::kOutcome, source, out,
                       [](CallRow& row, std::uint64_t value) { row.outcome = static_cast<Outcome>(value); }));
  WEIR_TRY(for_texts(CallColumn::kWindow, CallColumn::kWindowIndex, source, out,
                     [](CallRow& row, std::string_view text) { row.refused_window = text; }));
  WEIR_TRY(for_numbers(CallColumn::kShadowLimited, source, out,
                       [](CallRow& row, std::uint64_t value) { row.shadow_limited = value != 0; }));
  WEIR_TRY(for_numbers(CallColumn::kResponseTime, source, out, [](CallRow& row, std::uint64_t value) {
    row.response_time = Micros(static_cast<std::int64_t>(value));
  }));
  WEIR_TRY(for_numbers(CallColumn::kUpstreamTime, source, out, [](CallRow& row, std::uint64_t value) {
    row.upstream_time = Micros(static_cast<std::int64_t>(value));
  }));
  WEIR_TRY(for_numbers(CallColumn::kBytesIn, source, out,
                       [](CallRow& row, std::uint64_t value) { row.bytes_in = value; }));
  WEIR_TRY(for_numbers(CallColumn::kBytesOut, source, out,
                       [](CallRow& row, std::uint64_t value) { row.bytes_out = value; }));
  bool sources_sound = true;
  WEIR_TRY(for_texts(CallColumn::kSource, CallColumn::kSourceIndex, source, out,
                     [&](CallRow& row, std::string_view bytes) {
                       const auto address = call_source_of(bytes);
                       sources_sound = sources_sound && address.has_value();
                       if (address) row.source = *address;
                     }));
  if (!sources_sound) return damaged("a source address");
  WEIR_TRY(fill_request_ids(source, out));
  WEIR_TRY(for_texts(CallColumn::kPath, CallColumn::kPathIndex, source, out,
                     [](CallRow& row, std::string_view text) { row.endpoint = row.path = text; }));
  WEIR_TRY_ASSIGN(endpoints, source.column(CallColumn::kEndpoint));
  if (endpoints.empty()) return {};
  return for_texts(CallColumn::kEndpoint, CallColumn::kEndpointIndex, source, out,
                   [](CallRow& row, std::string_view text) { row.endpoint = text; });
}

}  // namespace weir
