// A block: a run of calls stored column by column, so that a question reads only the columns it asks about.
//
// Pure: bytes in, bytes out. Layout: docs/call-log.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/usage_record.h"
#include "store/text_column.h"

namespace weir {

/// Calls of a sealed block; a block on disk never has more than kBlockRowsMax.
inline constexpr std::size_t kBlockRows = 4096;
inline constexpr std::size_t kBlockRowsMax = 65536;

/// Stored: never renumbered, below 32. A column that holds only zeros or empty texts is left out. The texts
/// of X are in kX (the distinct ones) and kXIndex (which of them a row has).
enum class CallColumn : std::uint8_t {
  kAt = 0,
  kKey = 1,
  kUser = 2,
  kMethod = 3,
  kStatus = 4,
  kOutcome = 5,
  kShadowLimited = 6,
  kResponseTime = 7,
  kUpstreamTime = 8,
  kBytesIn = 9,
  kBytesOut = 10,
  kSource = 11,  // 4 bytes of IPv4, 16 of IPv6, none when unknown
  kSourceIndex = 12,
  kRequestUuid = 13,  // 16 bytes for each row without a text id
  kRequestText = 14,
  kRequestTextIndex = 15,
  kRequestFilter = 16,  // membership filter over both
  kMethodText = 17,     // for Method::kOther
  kMethodTextIndex = 18,
  kWindow = 19,
  kWindowIndex = 20,
  kPath = 21,
  kPathIndex = 22,
  kPathHashes = 23,  // 4 bytes of stable_hash for each of kPath, in large blocks
  kEndpoint = 24,    // left out: the endpoint of each is its path
  kEndpointIndex = 25,
  kEndpointHashes = 26,
};
inline constexpr std::size_t kCallColumns = 27;

/// Encoded columns, each followed by its checksum; empty: left out.
using CallColumns = std::array<std::string, kCallColumns>;

/// What a block holds at most and at least: enough to pass it over without reading it.
struct CallZone {
  std::size_t rows = 0;
  UtcTime min_at{};
  UtcTime max_at{};
  KeyId min_key;
  KeyId max_key;
  std::uint16_t min_status = 0;
  std::uint16_t max_status = 0;
};

/// A call on its way into a block.
struct CallInput {
  const UsageRecord* record = nullptr;
  std::string_view refused_window;
  std::string_view endpoint{};  // empty: the path
};

/// Not thread-safe: keeps its buffers.
class CallBlockEncoder {
 public:
  /// Encodes 1 to kBlockRowsMax calls, in the order of their ids. `columns` is replaced. Breathes between
  /// columns.
  CallZone encode(std::span<const CallInput> calls, CallColumns& columns);

 private:
  void encode_numbers(std::span<const CallInput> calls, CallColumns& columns);
  void encode_request_ids(std::span<const CallInput> calls, CallColumns& columns);
  void encode_texts(std::span<const CallInput> calls, CallColumns& columns);
  /// Of the distinct texts last encoded.
  void encode_hashes(std::string& out);

  static constexpr std::size_t kNumberColumns = 11;
  std::array<std::vector<std::uint64_t>, kNumberColumns> numbers_;
  std::vector<std::string_view> texts_;
  std::vector<std::uint64_t> hashes_;
  std::string uuids_;
  TextColumnEncoder text_encoder_;
};

/// The bytes of a stored column without their checksum. kCorrupt when it does not match.
[[nodiscard]] Result<std::string_view> open_column(std::string_view stored);

/// All columns of a small block as one text of bytes, and back; the views point into `packed`.
[[nodiscard]] std::string pack_columns(const CallColumns& columns);
[[nodiscard]] Result<std::array<std::string_view, kCallColumns>> unpack_columns(std::string_view packed);

}  // namespace weir
