// What a request pays for admission: finding its key and taking from its limits, one thread.
//
//   admission_bench [--benchmark_…]
//
// Keys are presented in random order, their texts lying one after another as they would in a receive buffer.
// Prints the bytes a key takes in the table and in the counter file, and what putting it in costs.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/epoch.h"
#include "keys/digest.h"
#include "keys/key_format.h"
#include "keys/key_table.h"
#include "limits/limiter.h"

namespace {

using namespace weir;

const std::string kPepper(32, 'p');

/// Bytes of this process in memory.
std::uint64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// A table and a limiter with `count` keys, and the keys' texts in random order.
class World {
 public:
  explicit World(std::uint32_t count) {
    std::vector<ApiKey> keys(count);
    std::vector<std::string> texts(count);
    const KeyHasher hasher(kPepper);
    for (std::uint32_t i = 0; i < count; ++i) {
      texts[i] = generate_key("bench").value();
      keys[i].id = KeyId(i + 1);
      keys[i].user_id = UserId(1 + i % 100);
      keys[i].digest = hasher.digest(texts[i]);
    }
    std::shuffle(texts.begin(), texts.end(), std::mt19937(1));
    text_length_ = texts[0].size();
    for (const auto& text : texts) presented_ += text;

    std::string pattern = (std::filesystem::temp_directory_path() / "weir_bench_XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    folder_ = pattern;
    const std::uint64_t before = resident_bytes();
    const Instant began = clock_.instant();
    limiter_ = Limiter::open(folder_ / "counters", {}, clock_.utc(), clock_.instant()).value();
    table_ = KeyTable::create(kPepper);
    table_->reserve(count);
    if (!limiter_->reserve(KeyId(count))) std::abort();
    for (const auto& key : keys) table_->put(key, limiter_->quota_id({}, {}), true);
    const double put_seconds = std::chrono::duration<double>(clock_.instant() - began).count();
    for (std::uint32_t i = 0; i < count; ++i) admit();
    const std::uint64_t used = resident_bytes() - before;
    std::printf("%u keys: put in within %.3f s, %.0f bytes a key with all counters in use\n", count,
                put_seconds, static_cast<double>(used) / count);
    std::fflush(stdout);
  }
  ~World() {
    limiter_.reset();
    std::filesystem::remove_all(folder_);
  }

  /// The next presented key, found and charged.
  bool admit() {
    const EpochGuard guard;
    const KeyMatch match = table_->find(next(), now_);
    return limiter_->take(match.id, match.quota, 1, boot_).admitted;
  }
  KeyStatus find() {
    const EpochGuard guard;
    return table_->find(next(), now_).status;
  }
  bool take(std::uint32_t id) {
    const EpochGuard guard;
    return limiter_->take(KeyId(id), {}, 1, boot_).admitted;
  }
  KeyStatus find_unknown() {
    const EpochGuard guard;
    return table_->find(unknown_, now_).status;
  }

 private:
  std::string_view next() {
    const std::string_view text = std::string_view(presented_).substr(at_, text_length_);
    at_ += text_length_;
    if (at_ == presented_.size()) at_ = 0;
    return text;
  }

  SystemClock clock_;
  UtcTime now_ = clock_.utc();
  Instant boot_ = clock_.instant();
  std::filesystem::path folder_;
  std::unique_ptr<KeyTable> table_;
  std::unique_ptr<Limiter> limiter_;
  std::string presented_;
  std::size_t text_length_ = 0;
  std::size_t at_ = 0;
  std::string unknown_ = generate_key("bench").value();
};

World& world(std::int64_t keys) {
  static std::unique_ptr<World> current;
  static std::int64_t size = 0;
  if (size != keys) {
    current.reset();
    current = std::make_unique<World>(static_cast<std::uint32_t>(keys));
    size = keys;
  }
  return *current;
}

void find_and_take(benchmark::State& state) {
  World& w = world(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(w.admit());
}
void find(benchmark::State& state) {
  World& w = world(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(w.find());
}
/// Of keys in random order, each known only when the last was answered, as when requests come one by one.
void take(benchmark::State& state) {
  World& w = world(state.range(0));
  std::uint64_t random = 1;
  for (auto _ : state) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    const auto id = static_cast<std::uint32_t>((random >> 33) % static_cast<std::uint64_t>(state.range(0)));
    random += w.take(id + 1) ? 1 : 0;
  }
}
void find_unknown(benchmark::State& state) {
  World& w = world(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(w.find_unknown());
}
void guard_only(benchmark::State& state) {
  for (auto _ : state) {
    const EpochGuard guard;
    benchmark::ClobberMemory();
  }
}

BENCHMARK(guard_only);
BENCHMARK(find_and_take)->Arg(1'000);
BENCHMARK(find)->Arg(1'000);
BENCHMARK(take)->Arg(1'000);
BENCHMARK(find_unknown)->Arg(1'000);
BENCHMARK(find_and_take)->Arg(1'000'000);
BENCHMARK(find)->Arg(1'000'000);
BENCHMARK(take)->Arg(1'000'000);
BENCHMARK(find_unknown)->Arg(1'000'000);

}  // namespace

BENCHMARK_MAIN();
