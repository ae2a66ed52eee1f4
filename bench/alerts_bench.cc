// What alerting costs the pipeline a record, what it keeps in memory, and how fast stored calls are replayed.
//
//   alerts_bench [--benchmark_…]
//
// Ten thousand keys, 25 endpoints, 20,000 calls a second: each second's calls are counted, evaluated and made
// ready to be kept.
#include <cstdio>
#include <vector>

#include <benchmark/benchmark.h>

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
  std::size_t subjects = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    MemoryHourHistory history(24);
    AlertEngine engine(
        {.settings = {}, .environment = {}, .directory = {}, .history = history, .keep = keep});
    run(engine, calls, keep);
    subjects = engine.windows().keys().size() + engine.windows().endpoints().size();
    bytes = engine.windows().heap_bytes();
  }
  state.counters["us_a_record"] =
      benchmark::Counter(static_cast<double>(calls.size()) * static_cast<double>(state.iterations()) / 1e6,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["bytes_a_subject"] = static_cast<double>(bytes) / static_cast<double>(subjects);
  state.SetItemsProcessed(static_cast<std::int64_t>(calls.size()) * state.iterations());
}

void BM_Pipeline(benchmark::State& state) {
  measure(state, true);
}
void BM_Replay(benchmark::State& state) {
  measure(state, false);
}
BENCHMARK(BM_Pipeline)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Replay)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
