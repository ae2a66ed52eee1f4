#include "alerts/subject_window.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace weir {
namespace {

bool same(const TrafficCounts& a, const TrafficCounts& b) {
  return a.calls == b.calls && a.errors == b.errors && a.refused == b.refused;
}

/// Until the next call.
PackedLatency packed_of(const LatencySketch& sketch) {
  static PackedLatencyRoom room;
  return sketch.empty() ? PackedLatency() : packed(sketch, room);
}

/// What a window is, with nothing saved.
struct Model {
  std::map<std::int64_t, TrafficCounts> counts;
  std::map<std::int64_t, LatencySketch> latency;

  void expire(std::int64_t counts_from, std::int64_t latency_from) {
    counts.erase(counts.begin(), counts.lower_bound(counts_from));
    latency.erase(latency.begin(), latency.lower_bound(latency_from));
  }
  TrafficCounts sum(SlotRange range) const {
    TrafficCounts total;
    for (const auto& [slot, part] : counts) {
      if (slot >= range.first && slot <= range.last) total.add(part);
    }
    return total;
  }
  double p95(SlotRange range) const {
    LatencySum total;
    for (const auto& [slot, part] : latency) {
      if (slot >= range.first && slot <= range.last) total.add(part);
    }
    return total.statistic(LatencyStatistic::kP95);
  }
};

TEST(SubjectWindow, AnswersWhatItsSlotsComeTo) {
  std::mt19937_64 random(17);
  AlertSecond now = 1'795'428'000;
  SubjectWindow window;
  Model model;
  for (int step = 0; step < 6000; ++step) {
    now += static_cast<AlertSecond>(random() % 4);
    const std::int64_t slot = (random() % 8 == 0 ? now - static_cast<AlertSecond>(random() % 290) : now) / 10;
    const TrafficCounts counts{
        .calls = 1 + static_cast<std::uint32_t>(random() % (step % 100 == 0 ? 5'000'000 : 9)),
        .errors = static_cast<std::uint32_t>(random() % 9 == 0 ? 3 : 0),
        .refused = static_cast<std::uint32_t>(random() % 9 == 0 ? 2 : 0)};
    LatencySketch latency;
    for (auto left = random() % 6; left > 0; --left)
      latency.add(static_cast<std::uint16_t>(200 + random() % 200));
    window.add(slot, counts);
    window.add(slot, packed_of(latency));
    model.counts[slot].add(counts);
    if (!latency.empty()) model.latency[slot].merge(latency);
    window.expire((now - kWindowSecondsMax) / kSlotSeconds, (now - 60) / kSlotSeconds);
    model.expire((now - kWindowSecondsMax) / kSlotSeconds, (now - 60) / kSlotSeconds);
    for (const AlertSecond seconds : {10, 60, 180, 300, 1000}) {
      const SlotRange range = SlotRange::before(now + 1, seconds);
      ASSERT_TRUE(same(window.sum(range), model.sum(range))) << step << ": " << seconds;
      LatencySum sum;
      window.latency(range, sum);
      ASSERT_EQ(sum.statistic(LatencyStatistic::kP95), model.p95(range)) << step << ": " << seconds;
      ASSERT_LE(sum.statistic(LatencyStatistic::kMax), window.slowest());
    }
    const std::vector<TrafficCounts> slots = window.slots({.first = slot - 2, .last = slot});
    ASSERT_EQ(slots.size(), 3U);
    for (std::int64_t back = 0; back < 3; ++back)
      ASSERT_TRUE(same(slots[static_cast<std::size_t>(2 - back)], model.sum({slot - back, slot - back})));
    ASSERT_TRUE(same(window.total(), model.sum({.first = 0, .last = now})));
  }
}

TEST(SubjectWindow, ForgetsTheSlowestCallWithItsSlot) {
  SubjectWindow window;
  for (const std::int64_t slot : {100, 101}) {
    LatencySketch latency;
    latency.add(slot == 100 ? latency_bucket(Seconds(9)) : latency_bucket(Millis(5)));
    window.add(slot, TrafficCounts{.calls = 1, .errors = 0, .refused = 0});
    window.add(slot, packed_of(latency));
  }
  EXPECT_GT(window.slowest(), 8.0);
  window.expire(100, 101);
  EXPECT_LT(window.slowest(), 0.01);
  EXPECT_EQ(window.total().calls, 2U);
}

TEST(SubjectWindow, OfFiveMinutesTakesAFewHundredBytes) {
  SubjectWindow window;
  for (std::int64_t slot = 0; slot < 30; ++slot) {
    LatencySketch latency;
    for (std::uint16_t i = 0; i < 20; ++i) latency.add(static_cast<std::uint16_t>(200 + i * 5));
    window.add(1000 + slot, TrafficCounts{.calls = 20, .errors = 1, .refused = 1});
    window.add(1000 + slot, packed_of(latency));
    window.expire(1000 + slot - 30, 1000 + slot - 6);
  }
  EXPECT_LE(window.heap_bytes(), 450U);
}

}  // namespace
}  // namespace weir
