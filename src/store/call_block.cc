#include "store/call_block.h"

#include <algorithm>

#include "base/breath.h"
#include "base/crc32c.h"
#include "store/byte_io.h"
#include "store/int_column.h"
#include "store/membership_filter.h"
#include "store/stable_hash.h"

namespace weir {
namespace {

/// Below this many rows a filter saves nothing.
constexpr std::size_t kFilterRowsMin = 256;
constexpr std::size_t kPiece = 512;  // calls between breaths: some 20 µs

std::string& at(CallColumns& columns, CallColumn column) {
  return columns[static_cast<std::size_t>(column)];
}

std::string_view bytes_of(const std::array<std::uint8_t, 16>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string_view source_text(const IpAddress& source) {
  const std::string_view bytes = bytes_of(source.bytes);
  if (source.is_v4()) return bytes.substr(12);
  return source == IpAddress{} ? std::string_view() : bytes;
}

/// A kOther call always has a text, so that a row shows and a filter finds the same.
std::string_view method_text(const UsageRecord& record) {
  if (record.method != Method::kOther) return {};
  return record.method_text.empty() ? to_string(Method::kOther) : record.method_text;
}

std::string_view endpoint_of(const CallInput& call) {
  return call.endpoint.empty() ? call.record->path : call.endpoint;
}

void append_checksum(std::string& column) {
  char bytes[4];
  store_word(bytes, crc32c(column.data(), column.size()));
  column.append(bytes, sizeof bytes);
}

}  // namespace

CallZone CallBlockEncoder::encode(std::span<const CallInput> calls, CallColumns& columns) {
  for (std::string& column : columns) column.clear();
  const UsageRecord& first = *calls[0].record;
  CallZone zone{.rows = calls.size(),
                .min_at = first.at,
                .max_at = first.at,
                .min_key = first.key,
                .max_key = first.key,
                .min_status = first.status,
                .max_status = first.status};
  for (const CallInput& call : calls) {
    const UsageRecord& record = *call.record;
    zone.min_at = std::min(zone.min_at, record.at);
    zone.max_at = std::max(zone.max_at, record.at);
    zone.min_key = std::min(zone.min_key, record.key);
    zone.max_key = std::max(zone.max_key, record.key);
    zone.min_status = std::min(zone.min_status, record.status);
    zone.max_status = std::max(zone.max_status, record.status);
  }
  breathe();
  encode_numbers(calls, columns);
  encode_request_ids(calls, columns);
  breathe();
  encode_texts(calls, columns);
  breathe();
  for (std::string& column : columns) {
    if (!column.empty()) append_checksum(column);
  }
  return zone;
}

void CallBlockEncoder::encode_numbers(std::span<const CallInput> calls, CallColumns& columns) {
  static_assert(static_cast<std::size_t>(CallColumn::kBytesOut) + 1 == kNumberColumns);
  for (auto& numbers : numbers_) numbers.resize(calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (i % kPiece == kPiece - 1) breathe();
    const UsageRecord& record = *calls[i].record;
    const auto put = [&](CallColumn column, auto value) {
      numbers_[static_cast<std::size_t>(column)][i] = static_cast<std::uint64_t>(value);
    };
    put(CallColumn::kAt, record.at.time_since_epoch().count());
    put(CallColumn::kKey, record.key.value());
    put(CallColumn::kUser, record.user.value());
    put(CallColumn::kMethod, record.method);
    put(CallColumn::kStatus, record.status);
    put(CallColumn::kOutcome, record.outcome);
    put(CallColumn::kShadowLimited, record.shadow_limited);
    put(CallColumn::kResponseTime, record.response_time.count());
    put(CallColumn::kUpstreamTime, record.upstream_time.count());
    put(CallColumn::kBytesIn, record.bytes_in);
    put(CallColumn::kBytesOut, record.bytes_out);
  }
  for (std::size_t column = 0; column < kNumberColumns; ++column) {
    const bool is_time = column == static_cast<std::size_t>(CallColumn::kAt);
    breathe();
    encode_ints(numbers_[column], is_time ? IntOrder::kAscending : IntOrder::kAny, columns[column]);
  }
}

void CallBlockEncoder::encode_request_ids(std::span<const CallInput> calls, CallColumns& columns) {
  uuids_.clear();
  texts_.clear();
  hashes_.clear();
  for (std::size_t done = 0; const CallInput& call : calls) {
    if (++done % kPiece == 0) breathe();
    const UsageRecord& record = *call.record;
    // A text that is a UUID is stored as one, so that looking for it needs one look.
    const auto parsed = record.request_id_text.empty() ? std::nullopt : Uuid::parse(record.request_id_text);
    if (record.request_id_text.empty() || parsed) {
      const std::string_view bytes = bytes_of(parsed ? parsed->bytes : record.request_id.bytes);
      hashes_.push_back(stable_hash(bytes));
      uuids_.append(bytes);
      texts_.emplace_back();
    } else {
      hashes_.push_back(stable_hash(record.request_id_text));
      texts_.push_back(record.request_id_text);
    }
  }
  breathe();
  at(columns, CallColumn::kRequestUuid) = uuids_;
  if (calls.size() >= kFilterRowsMin) encode_filter(hashes_, at(columns, CallColumn::kRequestFilter));
  text_encoder_.encode(texts_, at(columns, CallColumn::kRequestText),
                       at(columns, CallColumn::kRequestTextIndex));
}

void CallBlockEncoder::encode_texts(std::span<const CallInput> calls, CallColumns& columns) {
  const auto encode = [&](CallColumn texts, CallColumn index, auto text_of) {
    texts_.clear();
    for (const CallInput& call : calls) texts_.push_back(text_of(call));
    breathe();
    text_encoder_.encode(texts_, at(columns, texts), at(columns, index));
  };
  encode(CallColumn::kSource, CallColumn::kSourceIndex,
         [](const CallInput& call) { return source_text(call.record->source); });
  encode(CallColumn::kMethodText, CallColumn::kMethodTextIndex,
         [](const CallInput& call) { return method_text(*call.record); });
  encode(CallColumn::kWindow, CallColumn::kWindowIndex,
         [](const CallInput& call) { return call.refused_window; });
  encode(CallColumn::kPath, CallColumn::kPathIndex, [](const CallInput& call) { return call.record->path; });
  const bool hashed = calls.size() >= kFilterRowsMin;
  if (hashed) encode_hashes(at(columns, CallColumn::kPathHashes));
  const auto is_path = [](const CallInput& call) { return endpoint_of(call) == call.record->path; };
  if (std::all_of(calls.begin(), calls.end(), is_path)) return;
  encode(CallColumn::kEndpoint, CallColumn::kEndpointIndex, endpoint_of);
  if (hashed) encode_hashes(at(columns, CallColumn::kEndpointHashes));
}

void CallBlockEncoder::encode_hashes(std::string& out) {
  for (const std::uint64_t hash : text_encoder_.hashes()) {
    char bytes[4];
    store_word(bytes, static_cast<std::uint32_t>(hash));
    out.append(bytes, sizeof bytes);
  }
}

Result<std::string_view> open_column(std::string_view stored) {
  if (stored.empty()) return stored;
  if (stored.size() > 4) {
    const std::string_view column = stored.substr(0, stored.size() - 4);
    if (crc32c(column.data(), column.size()) == load_word<std::uint32_t>(stored.data() + column.size()))
      return column;
  }
  return fail(ErrorCode::kCorrupt, "a column of calls does not match its checksum");
}

std::string pack_columns(const CallColumns& columns) {
  std::string packed;
  for (std::size_t column = 0; column < kCallColumns; ++column) {
    if (columns[column].empty()) continue;
    packed.push_back(static_cast<char>(column));
    put_varint(packed, columns[column].size());
    packed.append(columns[column]);
  }
  return packed;
}

Result<std::array<std::string_view, kCallColumns>> unpack_columns(std::string_view packed) {
  std::array<std::string_view, kCallColumns> columns;
  while (!packed.empty()) {
    const auto column = static_cast<std::uint8_t>(packed[0]);
    packed.remove_prefix(1);
    std::uint64_t size = 0;
    std::string_view bytes;
    if (!take_varint(packed, size) || !take_bytes(packed, size, bytes)) {
      return fail(ErrorCode::kCorrupt, "a small block of calls is cut short");
    }
    // Columns of a newer weir that this one does not know are passed over.
    if (column < kCallColumns) columns[column] = bytes;
  }
  return columns;
}

}  // namespace weir
