#include "store/call_batch_reader.h"

#include <algorithm>

#include "store/call_source.h"

namespace weir {
namespace {

tl::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorCode::kCorrupt, std::string("a block of calls is damaged: ") + std::string(what));
}

}  // namespace

template <class Put>
Result<void> CallBatchReader::numbers(CallColumn column, CallColumnSource& source,
                                      std::vector<StreamedCall>& calls, Put put) {
  WEIR_TRY_ASSIGN(bytes, source.column(column));
  if (bytes.empty()) {
    for (StreamedCall& call : calls) put(call, std::uint64_t{0});
    return {};
  }
  WEIR_TRY(numbers_.open(bytes, calls.size()));
  numbers_.decode(decoded_);
  for (std::size_t i = 0; i < calls.size(); ++i) put(calls[i], decoded_[i]);
  return {};
}

Result<void> CallBatchReader::texts(CallColumn column, CallColumnSource& source, Texts& texts,
                                    std::vector<std::string_view>& out) {
  WEIR_TRY_ASSIGN(bytes, source.column(column));
  texts.bytes.assign(bytes);
  WEIR_TRY_ASSIGN(distinct, texts.decoder.decode(texts.bytes));
  out.assign(distinct.begin(), distinct.end());
  return {};
}

Result<void> CallBatchReader::sources(CallColumnSource& source, std::vector<StreamedCall>& calls) {
  WEIR_TRY_ASSIGN(bytes, source.column(CallColumn::kSource));
  WEIR_TRY_ASSIGN(distinct, source_texts_.decode(bytes));
  addresses_.clear();
  for (const std::string_view text : distinct) {
    const auto address = call_source_of(text);
    if (!address) return damaged("a source address");
    addresses_.push_back(*address);
  }
  bool sound = true;
  WEIR_TRY(numbers(CallColumn::kSourceIndex, source, calls, [&](StreamedCall& call, std::uint64_t value) {
    sound = sound && value < addresses_.size();
    call.source = addresses_[value < addresses_.size() ? value : 0];
  }));
  if (!sound) return damaged("a text is not among its texts");
  return {};
}

Result<void> CallBatchReader::endpoints(CallColumnSource& source, CallBatch& batch) {
  const bool wanted = paths_ == StreamedPaths::kAll ||
                      std::any_of(batch.calls.begin(), batch.calls.end(),
                                  [](const StreamedCall& call) { return call.status == 404; });
  WEIR_TRY(texts(CallColumn::kEndpoint, source, endpoint_texts_, batch.endpoints));
  const bool has_endpoints = !endpoint_texts_.bytes.empty();
  batch.paths.clear();
  std::uint64_t greatest = 0;
  if (wanted || !has_endpoints) {
    WEIR_TRY(texts(CallColumn::kPath, source, path_texts_, batch.paths));
    WEIR_TRY(
        numbers(CallColumn::kPathIndex, source, batch.calls, [&](StreamedCall& call, std::uint64_t value) {
          greatest = std::max(greatest, value);
          call.path = static_cast<std::uint32_t>(value);
        }));
    if (greatest >= batch.paths.size()) return damaged("a text is not among its texts");
  }
  if (!has_endpoints) {
    batch.endpoints = batch.paths;
    for (StreamedCall& call : batch.calls) call.endpoint = call.path;
    return {};
  }
  greatest = 0;
  WEIR_TRY(
      numbers(CallColumn::kEndpointIndex, source, batch.calls, [&](StreamedCall& call, std::uint64_t value) {
        greatest = std::max(greatest, value);
        call.endpoint = static_cast<std::uint32_t>(value);
      }));
  if (greatest >= batch.endpoints.size()) return damaged("a text is not among its texts");
  return {};
}

Result<void> CallBatchReader::read(std::size_t rows, CallColumnSource& source, CallBatch& batch) {
  if (rows == 0 || rows > kBlockRowsMax) return damaged("its number of rows");
  batch.calls.resize(rows);
  WEIR_TRY(numbers(CallColumn::kAt, source, batch.calls, [](StreamedCall& call, std::uint64_t value) {
    call.at = UtcTime(Micros(static_cast<std::int64_t>(value)));
  }));
  WEIR_TRY(numbers(CallColumn::kKey, source, batch.calls, [](StreamedCall& call, std::uint64_t value) {
    call.key = KeyId(static_cast<KeyId::Value>(value));
  }));
  WEIR_TRY(numbers(CallColumn::kStatus, source, batch.calls, [](StreamedCall& call, std::uint64_t value) {
    call.status = static_cast<std::uint16_t>(value);
  }));
  WEIR_TRY(numbers(CallColumn::kOutcome, source, batch.calls, [](StreamedCall& call, std::uint64_t value) {
    call.outcome = static_cast<Outcome>(value);
  }));
  WEIR_TRY(
      numbers(CallColumn::kResponseTime, source, batch.calls, [](StreamedCall& call, std::uint64_t value) {
        call.response_time = Micros(static_cast<std::int64_t>(value));
      }));
  WEIR_TRY(
      numbers(CallColumn::kUpstreamTime, source, batch.calls, [](StreamedCall& call, std::uint64_t value) {
        call.upstream_time = Micros(static_cast<std::int64_t>(value));
      }));
  WEIR_TRY(texts(CallColumn::kWindow, source, window_texts_, batch.windows));
  bool sound = true;
  WEIR_TRY(
      numbers(CallColumn::kWindowIndex, source, batch.calls, [&](StreamedCall& call, std::uint64_t value) {
        sound = sound && value < batch.windows.size() && value <= 0xFF;
        call.window = static_cast<std::uint8_t>(value);
      }));
  if (!sound) return damaged("a text is not among its texts");
  WEIR_TRY(sources(source, batch.calls));
  return endpoints(source, batch);
}

}  // namespace weir
