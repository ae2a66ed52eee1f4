// What the journal costs: `journal_bench`. The folder is made in $TMPDIR (default /tmp): let it be on a disk.
//
// append: on the writer's thread, page faults and segment changes included, while a keeper thread syncs every
// 50 ms and a reader keeps up, as in the server. The rate is kept at what is asked for, so that the writer
// does not only measure how fast the disk is.
#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>
#include <stdlib.h>
#include <time.h>

#include "journal/journal.h"
#include "journal/record.h"

namespace weir {
namespace {

double thread_cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

UsageRecord realistic_record() {
  UsageRecord record;
  record.at = UtcTime(Micros(1'795'000'000'000'000));
  record.key = KeyId(7);
  record.user = UserId(3);
  record.method = Method::kGet;
  record.status = 200;
  record.response_time = Micros(1234);
  record.upstream_time = Micros(1200);
  record.bytes_out = 512;
  record.source = IpAddress::v4(0x7F000001);
  record.request_id = make_uuid_v7(1'795'000'000'000, 1, 2);
  record.path = "/v1/customers/10245/orders/items";
  return record;
}

/// A journal in a folder of its own, with a keeper and a reader at work when asked.
class Bench {
 public:
  explicit Bench(bool with_threads) {
    const char* base = ::getenv("TMPDIR");
    std::string pattern = std::string(base != nullptr ? base : "/tmp") + "/weir-bench-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    journal = Journal::open({.folder = folder_ / "0"}, {}).value();
    if (!with_threads) return;
    keeper_ = std::thread([this] {
      while (!is_over_) {
        (void)journal->keep();
        std::this_thread::sleep_for(Millis(50));
      }
      keeper_cpu_seconds = thread_cpu_seconds();
    });
    reader_ = std::thread([this] {
      std::vector<JournalEntry> entries;
      while (!is_over_) {
        (void)journal->read(entries, 4096);
        if (entries.empty())
          std::this_thread::sleep_for(Millis(5));
        else
          journal->release(entries.back().next);
      }
      reader_cpu_seconds = thread_cpu_seconds();
    });
  }
  ~Bench() {
    stop();
    journal.reset();
    std::filesystem::remove_all(folder_);
  }
  void stop() {
    is_over_ = true;
    if (keeper_.joinable()) keeper_.join();
    if (reader_.joinable()) reader_.join();
  }

  std::unique_ptr<Journal> journal;
  double keeper_cpu_seconds = 0;
  double reader_cpu_seconds = 0;

 private:
  std::filesystem::path folder_;
  std::atomic<bool> is_over_{false};
  std::thread keeper_;
  std::thread reader_;
};

/// Batches of appends with pauses between them: `range(0)` records a second.
void append(benchmark::State& state) {
  constexpr int kBatch = 1000;
  Bench bench(true);
  const UsageRecord record = realistic_record();
  const auto pause = std::chrono::nanoseconds(1'000'000'000LL * kBatch / state.range(0));
  auto due = std::chrono::steady_clock::now();
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kBatch; ++i) benchmark::DoNotOptimize(bench.journal->append(record));
    state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() /
                           kBatch);
    due += pause;
    std::this_thread::sleep_until(due);
  }
  bench.stop();
  const auto stats = bench.journal->stats();
  const auto records = static_cast<double>(stats.appended_records);
  state.counters["dropped"] = static_cast<double>(stats.dropped_records);
  state.counters["keeper_ns"] = bench.keeper_cpu_seconds / records * 1e9;
  state.counters["reader_ns"] = bench.reader_cpu_seconds / records * 1e9;
}
// Five seconds each.
BENCHMARK(append)->Arg(20'000)->Iterations(100)->UseManualTime();
BENCHMARK(append)->Arg(100'000)->Iterations(500)->UseManualTime();
BENCHMARK(append)->Arg(300'000)->Iterations(1500)->UseManualTime();

/// Only what puts a record into memory that is there.
void encode(benchmark::State& state) {
  const UsageRecord record = realistic_record();
  std::vector<std::byte> out(journal::kRecordMax);
  std::uint64_t at = 0;
  for (auto _ : state) {
    const std::size_t size = journal::record_size(record);
    journal::encode_record(record, {at}, out.data(), size);
    at += size;
    benchmark::ClobberMemory();
  }
}
BENCHMARK(encode);

/// Reading what is in the page cache, verified.
void read(benchmark::State& state) {
  constexpr std::int64_t kRecords = 500'000;
  std::int64_t total = 0;
  for (auto _ : state) {
    state.PauseTiming();
    {
      Bench bench(false);
      const UsageRecord record = realistic_record();
      for (std::int64_t i = 0; i < kRecords; ++i) {
        if (i % 10'000 == 0) (void)bench.journal->keep();
        if (bench.journal->append(record) != AppendStatus::kAppended)
          return state.SkipWithError("journal is full");
      }
      std::vector<JournalEntry> entries;
      state.ResumeTiming();
      do {
        if (!bench.journal->read(entries, 4096)) return state.SkipWithError("read failed");
        if (!entries.empty()) bench.journal->release(entries.back().next);
        total += static_cast<std::int64_t>(entries.size());
      } while (!entries.empty());
      state.PauseTiming();
    }
    state.ResumeTiming();
  }
  state.SetItemsProcessed(total);
}
BENCHMARK(read)->Unit(benchmark::kMillisecond)->Iterations(5);

}  // namespace
}  // namespace weir

BENCHMARK_MAIN();
