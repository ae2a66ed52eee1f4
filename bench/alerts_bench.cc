// What alerting costs the pipeline a record, and what it keeps in memory.
//
//   alerts_bench [--benchmark_…]
//
// Ten thousand keys, 25 endpoints, 20,000 calls a second: each second's calls are counted, evaluated and made
// ready to be kept. Memory is all the heap grew by, alerts and history too, in an API in health: five minutes
// of calls, so that the longest window is full, over the turn of an hour.
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <malloc.h>

#include "alerts/alert_engine.h"
#include "sample_traffic.h"

namespace {

using namespace weir;

constexpr UtcTime kStart{Seconds(1795428000)};
constexpr Micros kGap{50};

/// Calls made beforehand, with the paths they point to.
class Calls {
 public:
  explicit Calls(std::size_t count) : traffic_(kStart, kGap) {
    paths_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      UsageRecord record = traffic_.next();
      paths_.emplace_back(record.path);
      record.path = paths_.back();
      records_.push_back(record);
      endpoints_.emplace_back(1 + traffic_.below(25));
    }
  }
  [[nodiscard]] std::size_t size() const { return records_.size(); }
  [[nodiscard]] const UsageRecord& record(std::size_t i) const { return records_[i]; }
  [[nodiscard]] EndpointId endpoint(std::size_t i) const { return endpoints_[i]; }

 private:
  bench::SampleTraffic traffic_;
  std::vector<std::string> paths_;
  std::vector<UsageRecord> records_;
  std::vector<EndpointId> endpoints_;
};

AlertSecond run(AlertEngine& engine, const Calls& calls, bool keep) {
  AlertSecond second = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const UsageRecord& record = calls.record(i);
    const AlertSecond now = std::chrono::floor<Seconds>(record.at).time_since_epoch().count();
    if (now != second) {
      if (keep) benchmark::DoNotOptimize(engine.take_kept());
      benchmark::DoNotOptimize(engine.advance(now, {}));
      second = now;
    }
    engine.add(record, calls.endpoint(i));
  }
  return second;
}

const Calls& sample() {
  static const Calls calls(2'000'000);
  return calls;
}

void measure(benchmark::State& state, bool keep) {
  const Calls& calls = sample();
  for (auto _ : state) {
    MemoryHourHistory history(24);
    AlertEngine engine(
        {.settings = {}, .environment = {}, .directory = {}, .history = history, .keep = keep});
    run(engine, calls, keep);
  }
  state.counters["us_a_record"] =
      benchmark::Counter(static_cast<double>(calls.size()) * static_cast<double>(state.iterations()) / 1e6,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.SetItemsProcessed(static_cast<std::int64_t>(calls.size()) * state.iterations());
}

void BM_Pipeline(benchmark::State& state) {
  measure(state, true);
}
void BM_Replay(benchmark::State& state) {
  measure(state, false);
}

/// Bytes the program has of the heap, with what the allocator adds to each.
std::size_t heap_in_use() {
  const struct mallinfo2 info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

void BM_Memory(benchmark::State& state) {
  constexpr std::size_t kCalls = 6'200'000;  // 310 s
  constexpr UtcTime kBegin = kStart + Seconds(3400);
  double bytes = 0;
  for (auto _ : state) {
    bench::SampleTraffic traffic(kBegin, kGap);
    const std::size_t before = heap_in_use();
    MemoryHourHistory history(24);
    AlertEngine engine({.settings = {}, .environment = {}, .directory = {}, .history = history});
    AlertSecond second = 0;
    for (std::size_t i = 0; i < kCalls; ++i) {
      const UsageRecord record = bench::healthy(traffic.next(), traffic);
      const AlertSecond now = std::chrono::floor<Seconds>(record.at).time_since_epoch().count();
      if (std::exchange(second, now) != now) {
        benchmark::DoNotOptimize(engine.take_kept());
        benchmark::DoNotOptimize(engine.advance(now, {}));
      }
      engine.add(record, EndpointId(1 + traffic.below(25)));
    }
    benchmark::DoNotOptimize(engine.take_kept());
    benchmark::DoNotOptimize(engine.advance(second + 1, {}));
    const std::size_t grown = heap_in_use() - before;
    const WindowSet& windows = engine.windows();
    bytes =
        static_cast<double>(grown) / static_cast<double>(windows.keys().size() + windows.endpoints().size());
    state.counters["heap_bytes"] = static_cast<double>(windows.heap_bytes());
    state.counters["alerts"] = static_cast<double>(engine.book().active.size());
  }
  state.counters["bytes_a_subject"] = bytes;
}

BENCHMARK(BM_Memory)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(BM_Pipeline)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Replay)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
