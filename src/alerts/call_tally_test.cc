#include "alerts/call_tally.h"

#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "alerts/alert_fixture.h"
#include "base/breath.h"

namespace weir {
namespace {

std::string bytes_of(const WindowDelta& delta) {
  std::string bytes;
  delta.encode(bytes);
  return bytes;
}

UsageRecord random_call(std::mt19937_64& random) {
  const auto below = [&random](std::uint64_t bound) { return static_cast<std::uint32_t>(random() % bound); };
  UsageRecord record =
      below(9) == 0 ? refused_at(kTestStart, Outcome::kUnknownKey, 401) : call_at(kTestStart);
  if (record.key) record.key = KeyId(1 + below(40) * below(40));
  record.source = IpAddress::v4(0x0A000000 + below(300));
  if (record.outcome == Outcome::kForwarded) {
    record.status = below(5) == 0 ? 404 : below(5) == 0 ? 500 : 200;
    record.response_time = Micros(1000 + below(3'000'000));
    if (below(6) == 0) {
      record.outcome = Outcome::kLimited;
      record.status = 429;
      record.upstream_time = Micros(0);
      record.refused_window = static_cast<std::uint8_t>(below(3));
    }
  }
  return record;
}

/// A delta call by call, each subject by itself.
struct Model {
  std::map<std::uint32_t, WindowDelta::Part> keys;
  std::map<std::uint32_t, WindowDelta::Part> endpoints;

  static void count(WindowDelta::Part& part, const UsageRecord& record, bool is_error) {
    const bool refused = record.outcome != Outcome::kForwarded;
    part.counts.add({.calls = 1, .errors = is_error ? 1U : 0U, .refused = refused ? 1U : 0U});
    if (!refused) part.latency.add(latency_bucket(record.response_time));
  }
  void add(const UsageRecord& record, std::uint32_t endpoint, bool is_error) {
    if (endpoint != 0) count(endpoints[endpoint], record, is_error);
    if (!record.key) return;
    WindowDelta::Part& key = keys[record.key.value()];
    count(key, record, is_error);
    mark(key.sources, mark_of(source_hash(record.source)));
    if (record.outcome == Outcome::kLimited) key.limited_window = record.refused_window;
  }
};

void expect_same(const WindowDelta& delta, const WindowDelta::Subjects& subjects,
                 const std::map<std::uint32_t, WindowDelta::Part>& expected) {
  ASSERT_EQ(subjects.size(), expected.size());
  auto next = expected.begin();
  for (const SubjectDelta& subject : subjects) {
    const auto& [id, part] = *next++;
    ASSERT_EQ(subject.id, id);
    ASSERT_EQ(subject.counts.calls, part.counts.calls);
    ASSERT_EQ(subject.counts.errors, part.counts.errors);
    ASSERT_EQ(subject.counts.refused, part.counts.refused);
    ASSERT_EQ(subject.limited_window, part.limited_window);
    PackedLatencyRoom room;
    const PackedLatency latency = part.latency.empty() ? PackedLatency() : packed(part.latency, room);
    ASSERT_TRUE(std::ranges::equal(delta.latency(subject), latency));
    DistinctBits sources{};
    for (const std::uint8_t bit : delta.sources(subject)) mark(sources, bit);
    ASSERT_EQ(sources, part.sources);
  }
}

TEST(CallTally, IsWhatItsCallsAreOneByOne) {
  std::mt19937_64 random(7);
  CallTally tally;
  for (const int calls : {1, 3, 200, 4000}) {
    Model model;
    for (int i = 0; i < calls; ++i) {
      const UsageRecord record = random_call(random);
      const auto endpoint = static_cast<std::uint32_t>(random() % 7);
      const bool is_error = record.status == 500;
      tally.add(record, EndpointId(endpoint), is_error);
      model.add(record, endpoint, is_error);
    }
    const WindowDelta delta = tally.take();
    EXPECT_EQ(delta.overall().counts.calls, static_cast<std::uint32_t>(calls));
    expect_same(delta, delta.keys(), model.keys);
    expect_same(delta, delta.endpoints(), model.endpoints);
    const auto again = WindowDelta::decode(bytes_of(delta));
    ASSERT_TRUE(again);
    EXPECT_EQ(bytes_of(*again), bytes_of(delta));
    EXPECT_EQ(tally.calls(), 0U);
  }
}

TEST(CallTally, OfTheSameCallsInAnotherOrderGivesTheSameBytes) {
  std::mt19937_64 random(8);
  std::vector<UsageRecord> calls;
  for (int i = 0; i < 3000; ++i) {
    calls.push_back(random_call(random));
    calls.back().refused_window = calls.back().outcome == Outcome::kLimited ? std::uint8_t{0} : kNoWindow;
  }
  CallTally tally;
  for (const UsageRecord& call : calls) tally.add(call, EndpointId(1), call.status == 500);
  const std::string expected = bytes_of(tally.take());
  std::shuffle(calls.begin(), calls.end(), random);
  for (const UsageRecord& call : calls) tally.add(call, EndpointId(1), call.status == 500);
  EXPECT_EQ(bytes_of(tally.take()), expected);
}

TEST(CallTally, BreathesWhileItSortsOutWhoCalled) {
  int breaths = 0;
  const Breath count = [&breaths] { ++breaths; };
  const BreathScope breathing(count);
  CallTally tally;
  for (int i = 0; i < 8192; ++i) tally.add(call_at(kTestStart), EndpointId(1), false);
  EXPECT_EQ(breaths, 0);
  (void)tally.take();
  EXPECT_GE(breaths, 4 * 8192 / 1024);
}

}  // namespace
}  // namespace weir
