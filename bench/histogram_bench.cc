// What a LogHistogram costs: adding a duration, merging stored ones as the usage queries do, a percentile.
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/log_histogram.h"

namespace weir {
namespace {

std::vector<Micros> sample_durations(std::size_t count) {
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> duration(9.2, 0.8);  // around 10 ms, 1 % above 65 ms
  std::vector<Micros> out(count);
  for (Micros& one : out) one = Micros(static_cast<std::int64_t>(duration(random)));
  return out;
}

/// Encoded histograms of `values` durations each, as the rows of a roll-up.
std::vector<std::string> sample_rows(std::size_t rows, std::size_t values) {
  const auto durations = sample_durations(rows * values);
  std::vector<std::string> out(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    LogHistogram histogram;
    for (std::size_t j = 0; j < values; ++j) histogram.add(durations[i * values + j]);
    histogram.encode(out[i]);
  }
  return out;
}

void add(benchmark::State& state) {
  const auto durations = sample_durations(1 << 16);
  LogHistogram histogram;
  std::size_t next = 0;
  for (auto _ : state) histogram.add(durations[next++ & 0xFFFF]);
  benchmark::DoNotOptimize(histogram);
}
BENCHMARK(add);

void merge_encoded(benchmark::State& state) {
  const auto rows = sample_rows(1 << 14, static_cast<std::size_t>(state.range(0)));
  LogHistogram total;
  std::size_t next = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string& row = rows[next++ & 0x3FFF];
    bytes += row.size();
    if (!total.merge(row)) state.SkipWithError("damaged");
  }
  state.counters["bytes"] =
      benchmark::Counter(static_cast<double>(bytes), benchmark::Counter::kAvgIterations);
}
BENCHMARK(merge_encoded)->Arg(1)->Arg(8)->Arg(100)->Arg(1000);

/// One group for every eight rows, as when grouping by key: the sum starts empty.
void merge_encoded_into_new(benchmark::State& state) {
  const auto rows = sample_rows(1 << 14, 8);
  LogHistogram total;
  std::size_t next = 0;
  for (auto _ : state) {
    if ((next & 7) == 0) total.clear();
    if (!total.merge(rows[next++ & 0x3FFF])) state.SkipWithError("damaged");
  }
}
BENCHMARK(merge_encoded_into_new);

void percentile(benchmark::State& state) {
  LogHistogram histogram;
  for (const Micros one : sample_durations(1 << 16)) histogram.add(one);
  for (auto _ : state) benchmark::DoNotOptimize(histogram.percentile(0.95));
}
BENCHMARK(percentile);

}  // namespace
}  // namespace weir

BENCHMARK_MAIN();
