#include "alerts/hour_history.h"

#include "store/byte_io.h"

namespace weir {

std::optional<HourCounts> MemoryHourHistory::find(AlertHour hour) const {
  const auto found = hours_.find(hour);
  if (found == hours_.end()) return std::nullopt;
  return found->second;
}

void MemoryHourHistory::put(AlertHour hour, const HourCounts& counts) {
  hours_[hour] = counts;
  while (hours_.size() > hours_max_) hours_.erase(hours_.begin());
}

std::string encode_hour(const HourCounts& counts) {
  std::string out;
  put_varint(out, counts.size());
  std::uint32_t before = 0;
  for (const KeyHourCount& entry : counts) {
    put_varint(out, entry.key - before);
    put_varint(out, entry.calls);
    put_varint(out, entry.sources);
    before = entry.key;
  }
  return out;
}

Result<HourCounts> decode_hour(std::string_view bytes) {
  const auto damaged = [] { return fail(ErrorCode::kCorrupt, "an hour of the alerts' history is damaged"); };
  std::uint64_t size = 0;
  if (!take_varint(bytes, size) || size > bytes.size()) return damaged();
  HourCounts counts;
  counts.reserve(size);
  std::uint32_t key = 0;
  for (; size > 0; --size) {
    std::uint64_t gap = 0;
    std::uint64_t calls = 0;
    std::uint64_t sources = 0;
    if (!take_varint(bytes, gap) || !take_varint(bytes, calls) || !take_varint(bytes, sources))
      return damaged();
    key += static_cast<std::uint32_t>(gap);
    counts.push_back({.key = key,
                      .calls = static_cast<std::uint32_t>(calls),
                      .sources = static_cast<std::uint32_t>(sources)});
  }
  if (!bytes.empty()) return damaged();
  return counts;
}

}  // namespace weir
