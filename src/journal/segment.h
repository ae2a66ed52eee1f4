// One segment file: a 64-byte header, then records. Preallocated whole, because a hole in a mapped file on a
// full disk is a SIGBUS. Named by the position of its first record; the name counts, the header tells the
// format.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "model/journal_position.h"

namespace weir::journal {

inline constexpr std::uint32_t kFormatVersion = 1;

struct SegmentHeader {
  std::array<char, 8> magic;  // "WEIRJRNL"
  std::uint32_t version;      // magic, version and crc stay where they are in every format to come
  std::uint32_t crc;          // CRC-32C over the 64 bytes with this field 0
  std::uint64_t base;         // position of the first record
  std::uint64_t bytes;        // of the whole file
  std::array<std::uint8_t, 32> reserved;  // 0
};
inline constexpr std::size_t kSegmentHeaderBytes = 64;
static_assert(sizeof(SegmentHeader) == kSegmentHeaderBytes && std::is_trivially_copyable_v<SegmentHeader>);

[[nodiscard]] SegmentHeader make_segment_header(JournalPosition base, std::uint64_t bytes) noexcept;

/// The header at the start of `bytes`; nothing when it is short or does not verify.
[[nodiscard]] std::optional<SegmentHeader> parse_segment_header(std::span<const std::byte> bytes) noexcept;

/// "00000000000004194304.segment"; reads exactly that form.
[[nodiscard]] std::string segment_name(JournalPosition base);
[[nodiscard]] std::optional<JournalPosition> parse_segment_name(std::string_view name) noexcept;

/// A segment as its file name, its size and its header tell.
struct SegmentFile {
  JournalPosition base;
  std::uint64_t bytes = 0;  // of the file as it is
  bool header_ok = false;   // header whole, and about a file of this base and size

  /// Bytes for records: positions base to base + capacity.
  [[nodiscard]] std::uint64_t capacity() const noexcept {
    if (bytes < kSegmentHeaderBytes) return 0;
    return (bytes - kSegmentHeaderBytes) / 8 * 8;
  }
  [[nodiscard]] std::filesystem::path path(const std::filesystem::path& folder) const;
};

/// Every segment of a folder, in order of position. kConflict when one is of a newer format (names both
/// versions); kIo names the path. Other files are left alone.
[[nodiscard]] Result<std::vector<SegmentFile>> list_segments(const std::filesystem::path& folder);

/// A segment file mapped whole, from its header on.
struct MappedSegment {
  SegmentFile file;
  MappedFile map;

  [[nodiscard]] std::byte* records() const noexcept { return map.data() + kSegmentHeaderBytes; }
};

/// Maps a segment to read it, or to go on writing in it (holes, as a sparse copy has them, are filled then).
[[nodiscard]] Result<MappedSegment> map_segment(const std::filesystem::path& folder, const SegmentFile& file,
                                                MapMode mode);

/// How much of a new segment is filled with zeros before it is written to. Filling costs the keeper about as
/// much as two page faults for each 64 KiB, and saves the writer thirty (docs/journal.md has the figures).
enum class Fill : std::uint8_t { kHeaderOnly, kWhole };

/// Makes a segment for records from `base` on: out of `spare` (renamed) when given, of the same size, else a
/// new file. Breathes while filling. On an error no half-made file stays; a full
/// disk is kIo and retryable.
[[nodiscard]] Result<MappedSegment> make_segment(const std::filesystem::path& folder, JournalPosition base,
                                                 std::uint64_t bytes, const std::optional<SegmentFile>& spare,
                                                 Fill fill);

}  // namespace weir::journal
