#include "alerts/packed_latency.h"

#include <algorithm>
#include <optional>

#include "base/varint.h"

namespace weir {
namespace {

/// Reads buckets, slowest first.
class Reader {
 public:
  explicit Reader(PackedLatency latency) : next_(latency.data() + 1), end_(latency.data() + latency.size()) {
    move_on();
  }
  /// False: behind the last one.
  [[nodiscard]] bool is_there() const { return group_ != kNone; }
  /// kNone behind the last one: below every other.
  [[nodiscard]] std::int32_t group() const { return group_; }
  [[nodiscard]] std::uint32_t count() const { return count_; }

  void move_on() {
    if (next_ == end_) {
      group_ = kNone;
      return;
    }
    const std::uint64_t step = read_varint(next_);
    before_ -= static_cast<std::int32_t>(step >> 1);
    group_ = before_;
    count_ = (step & 1) == 0 ? 1 : static_cast<std::uint32_t>(read_varint(next_));
  }

 private:
  static constexpr std::int32_t kNone = -1;

  const std::uint8_t* next_;
  const std::uint8_t* end_;
  std::int32_t before_ = kLatencyBuckets;
  std::int32_t group_ = kNone;
  std::uint32_t count_ = 0;
};

/// Writes buckets, slowest first, as many as a sketch may have.
class Writer {
 public:
  Writer(std::uint8_t level, PackedLatencyRoom& room) : room_(room), out_(room.data()) { *out_++ = level; }

  [[nodiscard]] bool is_full() const { return size_ == LatencySketch::kEntriesMax; }
  void put(std::int32_t group, std::uint32_t count) {
    out_ = write_varint(out_, static_cast<std::uint32_t>(before_ - group) << 1 | (count == 1 ? 0U : 1U));
    if (count != 1) out_ = write_varint(out_, count);
    before_ = group;
    ++size_;
  }
  [[nodiscard]] PackedLatency bytes() const { return {room_.data(), out_}; }

 private:
  PackedLatencyRoom& room_;
  std::uint8_t* out_;
  std::int32_t before_ = kLatencyBuckets;
  std::size_t size_ = 0;
};

/// Of one level. Nothing: they must become coarser.
std::optional<PackedLatency> merged_alike(PackedLatency a, PackedLatency b, PackedLatencyRoom& room) {
  Reader left(a);
  Reader right(b);
  Writer out(a[0], room);
  while (left.is_there() || right.is_there()) {
    if (out.is_full()) return std::nullopt;
    const std::int32_t group = std::max(left.group(), right.group());
    std::uint32_t count = 0;
    for (Reader* side : {&left, &right}) {
      if (side->group() != group) continue;
      count += side->count();
      side->move_on();
    }
    out.put(group, std::min(count, LatencySketch::kCountMax));
  }
  return out.bytes();
}

}  // namespace

PackedLatency packed(const LatencySketch& sketch, PackedLatencyRoom& room) {
  Writer out(sketch.level(), room);
  sketch.each(
      [&out](std::uint32_t group, std::uint32_t count) { out.put(static_cast<std::int32_t>(group), count); });
  return out.bytes();
}

LatencySketch unpacked(PackedLatency latency) {
  if (latency.empty()) return {};
  LatencySketch sketch = LatencySketch::at_level(latency[0]);
  for (Reader next(latency); next.is_there(); next.move_on())
    sketch.add_group(static_cast<std::uint32_t>(next.group()), next.count());
  return sketch;
}

PackedLatency merged(PackedLatency a, PackedLatency b, PackedLatencyRoom& room) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  if (a[0] == b[0]) {
    if (const auto alike = merged_alike(a, b, room)) return *alike;
  }
  LatencySketch sum = unpacked(a);
  sum.merge(unpacked(b));
  return packed(sum, room);
}

std::uint16_t slowest_of(PackedLatency latency) {
  return LatencySketch::bucket_of(static_cast<std::uint32_t>(Reader(latency).group()), latency[0]);
}

void add_to(LatencySum& sum, PackedLatency latency) {
  for (Reader next(latency); next.is_there(); next.move_on())
    sum.add(LatencySketch::bucket_of(static_cast<std::uint32_t>(next.group()), latency[0]), next.count());
}

}  // namespace weir
