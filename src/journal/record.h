// The wire format of one record: a fixed head, then three texts, padded to 8 bytes. Pure functions; layout:
// docs/journal.md.
//
// Every record is bound to its position: the checksum covers it and the head carries a tag of it. Bytes that
// a segment held in an earlier life, or that moved, never verify.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "model/journal_position.h"
#include "model/usage_record.h"

namespace weir::journal {

static_assert(std::endian::native == std::endian::little, "journals are written in the machine's byte order");

/// Longest texts of a record; longer ones are cut.
inline constexpr std::size_t kPathMax = 8192;
inline constexpr std::size_t kMethodTextMax = 32;

struct RecordHead {
  std::uint32_t crc;  // CRC-32C over the position (8 bytes) and everything after this field
  std::uint16_t tag;  // of the position: tells a record that begins here from other bytes
  std::uint8_t request_id_text_size;
  std::uint8_t method_text_size;
  std::int64_t time_us;  // since 1970, UTC
  std::uint32_t key;
  std::uint32_t user;
  std::int64_t response_us;
  std::int64_t upstream_us;
  std::uint64_t bytes_in;
  std::uint64_t bytes_out;
  std::array<std::uint8_t, 16> source;
  std::array<std::uint8_t, 16> request_id;
  std::uint16_t status;
  std::uint16_t path_size;
  std::uint8_t method;
  std::uint8_t outcome;
  std::uint8_t refused_window;
  std::uint8_t flags;  // bit 0: shadow_limited; others 0
};
static_assert(sizeof(RecordHead) == 96 && std::is_trivially_copyable_v<RecordHead>);
static_assert(std::has_unique_object_representations_v<RecordHead>, "no padding reaches the disk");

inline constexpr std::size_t kRecordAlign = 8;
inline constexpr std::size_t kRecordMin = sizeof(RecordHead);
inline constexpr std::size_t kRecordMax = kRecordMin + kPathMax + kRequestIdMax + kMethodTextMax;
static_assert(kRecordMax % kRecordAlign == 0);

/// Bytes `record` takes in a segment: kRecordMin to kRecordMax, a multiple of kRecordAlign.
[[nodiscard]] std::size_t record_size(const UsageRecord& record) noexcept;

/// Writes `record`, which is to stand at `at`, into `out`: exactly `size` = record_size(record) bytes.
void encode_record(const UsageRecord& record, JournalPosition at, std::byte* out, std::size_t size) noexcept;

/// The mark that the rest of a segment is unused.
inline constexpr std::size_t kEndMarkBytes = 8;
void encode_end_mark(JournalPosition at, std::byte* out) noexcept;

enum class Found : std::uint8_t {
  kRecord,   // whole and verified
  kEndMark,  // verified: the next record is in the next segment
  kNothing,  // neither; anything may stand here
};

struct Decoded {
  Found found = Found::kNothing;
  std::size_t size = 0;  // of the record; 0 unless kRecord
  UsageRecord record;    // views into the bytes it was read from
};

/// Reads what stands at `at`, of which `bytes` is there to read. Any bytes are safe.
[[nodiscard]] Decoded decode_record(std::span<const std::byte> bytes, JournalPosition at) noexcept;

/// As decode_record, without building the record: for scanning.
struct Probe {
  Found found = Found::kNothing;
  std::size_t size = 0;
};
[[nodiscard]] Probe probe_record(std::span<const std::byte> bytes, JournalPosition at) noexcept;

}  // namespace weir::journal
