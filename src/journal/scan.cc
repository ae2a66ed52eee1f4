#include "journal/scan.h"

#include <algorithm>

namespace weir::journal {
namespace {

JournalPosition after(JournalPosition base, std::uint64_t offset) {
  return {base.bytes + offset};
}

std::uint64_t torn_bytes_after(std::span<const std::byte> records, JournalPosition base, std::uint64_t used) {
  const auto rest = records.subspan(used);
  if (probe_record(rest, after(base, used)).found == Found::kEndMark) return 0;
  // A torn record begins with its head; bytes further on, after zeros, are no record's.
  const auto head = rest.first(std::min(rest.size(), kRecordMin));
  const auto is_set = [](std::byte b) { return b != std::byte{0}; };
  if (std::ranges::none_of(head, is_set)) return 0;
  const auto torn = rest.first(std::min(rest.size(), kRecordMax));
  const auto last = std::find_if(torn.rbegin(), torn.rend(), is_set);
  return static_cast<std::uint64_t>(torn.rend() - last);
}

}  // namespace

std::optional<std::uint64_t> find_verified(std::span<const std::byte> records, JournalPosition base,
                                           std::uint64_t from) noexcept {
  for (std::uint64_t offset = from; offset < records.size(); offset += kRecordAlign) {
    if (probe_record(records.subspan(offset), after(base, offset)).found != Found::kNothing) return offset;
  }
  return std::nullopt;
}

SegmentContent scan_segment(std::span<const std::byte> records, JournalPosition base) noexcept {
  SegmentContent content;
  std::uint64_t offset = 0;
  while (const auto found = find_verified(records, base, offset)) {
    const Probe probe = probe_record(records.subspan(*found), after(base, *found));
    // Past an end mark too: it stands until the next record overwrites it.
    offset = *found + (probe.found == Found::kRecord ? probe.size : kEndMarkBytes);
    if (probe.found == Found::kRecord) content.used_bytes = offset;
  }
  content.torn_bytes = torn_bytes_after(records, base, content.used_bytes);
  return content;
}

}  // namespace weir::journal
