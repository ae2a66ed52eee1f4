// Any bytes as a journal segment: reading never leaves them, and what verifies is what was written.
//
// The checksum would keep the fuzzer out, so the input is read twice: as it is, and as a segment whose
// records carry the checksums that belong to them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "base/crc32c.h"
#include "journal/record.h"
#include "journal/scan.h"
#include "journal/segment.h"

namespace {

using namespace weir;
using namespace weir::journal;

void require(bool condition) {
  if (!condition) std::abort();
}

void require_inside(std::string_view text, std::span<const std::byte> bytes) {
  if (text.empty()) return;
  const auto* begin = reinterpret_cast<const char*>(bytes.data());
  require(text.data() >= begin && text.data() + text.size() <= begin + bytes.size());
}

/// Reads every record as the reader does: one after another, and past damage to the next that verifies.
void read_records(std::span<const std::byte> records, JournalPosition base) {
  std::uint64_t last_end = 0;
  std::uint64_t offset = 0;
  while (const auto found = find_verified(records, base, offset)) {
    require(*found >= offset);
    const JournalPosition at{base.bytes + *found};
    const auto rest = records.subspan(*found);
    const Decoded decoded = decode_record(rest, at);
    require(decoded.found != Found::kNothing);
    if (decoded.found == Found::kEndMark) {
      offset = *found + kEndMarkBytes;
      continue;
    }
    require(decoded.size >= kRecordMin && decoded.size <= kRecordMax && decoded.size <= rest.size());
    require_inside(decoded.record.path, rest);
    require_inside(decoded.record.request_id_text, rest);
    require_inside(decoded.record.method_text, rest);
    require(record_size(decoded.record) == decoded.size);

    std::vector<std::byte> again(decoded.size);
    encode_record(decoded.record, at, again.data(), again.size());
    const Decoded same = decode_record(again, at);
    require(same.found == Found::kRecord && same.record.path == decoded.record.path &&
            same.record.request_id_text == decoded.record.request_id_text &&
            same.record.method_text == decoded.record.method_text && same.record.at == decoded.record.at);
    offset = *found + decoded.size;
    last_end = offset;
  }
  const SegmentContent content = scan_segment(records, base);
  require(content.used_bytes == last_end && content.used_bytes + content.torn_bytes <= records.size());
}

/// Gives the bytes at each place a record may begin the tag and the checksum of a record there, in as far as
/// they have the sizes of one.
void seal(std::span<std::byte> records, JournalPosition base) {
  std::size_t offset = 0;
  while (offset + kRecordMin <= records.size()) {
    const JournalPosition at{base.bytes + offset};
    std::byte tagged[kEndMarkBytes];
    encode_end_mark(at, tagged);
    std::memcpy(records.data() + offset + offsetof(RecordHead, tag), tagged + offsetof(RecordHead, tag),
                sizeof(RecordHead::tag));
    RecordHead head;
    std::memcpy(&head, records.data() + offset, sizeof head);
    std::size_t size =
        kRecordMin + head.path_size + head.request_id_text_size + std::size_t{head.method_text_size};
    size = (size + kRecordAlign - 1) / kRecordAlign * kRecordAlign;
    size = std::min(size, records.size() - offset);
    const std::uint32_t seed = crc32c(&at.bytes, sizeof at.bytes);
    const std::uint32_t crc = crc32c(records.data() + offset + sizeof head.crc, size - sizeof head.crc, seed);
    std::memcpy(records.data() + offset, &crc, sizeof crc);
    offset += size / kRecordAlign * kRecordAlign;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = std::as_bytes(std::span(data, size));
  JournalPosition base;
  if (const auto header = parse_segment_header(input)) base = {header->base};
  if (const auto named = parse_segment_name({reinterpret_cast<const char*>(data), size})) base = *named;
  if (size >= sizeof base.bytes) std::memcpy(&base.bytes, data, sizeof base.bytes);
  read_records(input, base);

  std::vector<std::byte> sealed(input.begin(), input.end());
  seal(sealed, base);
  read_records(sealed, base);
  return 0;
}
