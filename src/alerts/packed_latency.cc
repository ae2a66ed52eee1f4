#include "alerts/packed_latency.h"

#include <algorithm>

#include "base/varint.h"

namespace weir {
namespace {

struct Bucket {
  std::uint32_t group;
  std::uint32_t count;
};

/// Buckets by falling group, each group once: room for those of two sketches.
struct Buckets {
  std::array<Bucket, 2 * LatencySketch::kEntriesMax> items;
  std::size_t size = 0;
  std::uint8_t level = 0;

  /// `group` is not above the last one.
  void add(std::uint32_t group, std::uint32_t count) {
    if (size > 0 && items[size - 1].group == group)
      items[size - 1].count = std::min(LatencySketch::kCountMax, items[size - 1].count + count);
    else
      items[size++] = {.group = group, .count = count};
  }
  void coarsen_to(std::uint8_t wanted) {
    const std::size_t before = size;
    const std::uint8_t from = level;
    level = wanted;
    size = 0;
    for (std::size_t i = 0; i < before; ++i)
      add(LatencySketch::joined(items[i].group, from, wanted), items[i].count);
  }
};

/// Calls `visit(group, count)`, slowest first.
template <class Visit>
void each_bucket(PackedLatency packed, Visit visit) {
  const std::uint8_t* at = packed.data() + 1;
  const std::uint8_t* end = packed.data() + packed.size();
  std::uint64_t group = kLatencyBuckets;
  while (at < end) {
    const std::uint64_t step = read_varint(at);
    group -= step >> 1;
    const std::uint64_t count = (step & 1) == 0 ? 1 : read_varint(at);
    visit(static_cast<std::uint32_t>(group), static_cast<std::uint32_t>(count));
  }
}

Buckets unpacked(PackedLatency packed) {
  Buckets buckets;
  if (packed.empty()) return buckets;
  buckets.level = packed[0];
  each_bucket(packed, [&](std::uint32_t group, std::uint32_t count) { buckets.add(group, count); });
  return buckets;
}

Buckets sorted(const LatencySketch& sketch) {
  Buckets buckets;
  buckets.level = sketch.level();
  sketch.each([&](std::uint32_t group, std::uint32_t count) {
    buckets.items[buckets.size++] = {.group = group, .count = count};
  });
  std::sort(buckets.items.begin(), buckets.items.begin() + static_cast<std::ptrdiff_t>(buckets.size),
            [](const Bucket& a, const Bucket& b) { return a.group > b.group; });
  return buckets;
}

Buckets together(Buckets a, Buckets b) {
  const std::uint8_t level = std::max(a.level, b.level);
  if (a.level < level) a.coarsen_to(level);
  if (b.level < level) b.coarsen_to(level);
  Buckets both;
  both.level = level;
  for (std::size_t i = 0, j = 0; i < a.size || j < b.size;) {
    const bool from_a = j == b.size || (i < a.size && a.items[i].group >= b.items[j].group);
    const Bucket& next = from_a ? a.items[i++] : b.items[j++];
    both.add(next.group, next.count);
  }
  while (both.size > LatencySketch::kEntriesMax) both.coarsen_to(static_cast<std::uint8_t>(both.level + 1));
  return both;
}

}  // namespace

PackedLatency merged(PackedLatency packed, const LatencySketch& sketch, PackedLatencyRoom& room) {
  const Buckets buckets = together(unpacked(packed), sorted(sketch));
  std::uint8_t* out = room.data();
  *out++ = buckets.level;
  std::uint32_t before = kLatencyBuckets;
  for (std::size_t i = 0; i < buckets.size; ++i) {
    const Bucket& bucket = buckets.items[i];
    out = write_varint(out, (before - bucket.group) << 1 | (bucket.count == 1 ? 0U : 1U));
    if (bucket.count != 1) out = write_varint(out, bucket.count);
    before = bucket.group;
  }
  return {room.data(), out};
}

std::uint16_t slowest_of(PackedLatency packed) {
  const std::uint8_t* at = packed.data() + 1;
  const auto group = static_cast<std::uint32_t>(kLatencyBuckets - (read_varint(at) >> 1));
  return LatencySketch::bucket_of(group, packed[0]);
}

void add_to(LatencySum& sum, PackedLatency packed) {
  const std::uint8_t level = packed[0];
  each_bucket(packed, [&](std::uint32_t group, std::uint32_t count) {
    sum.add(LatencySketch::bucket_of(group, level), count);
  });
}

}  // namespace weir
