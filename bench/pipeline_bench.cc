// What lies behind the journal, measured with the real journal and the real store:
//
//   pipeline_bench [--calls N] [--rate N] [--alerts on|off] [--keys N] [--queries N] [--folder DIR]
//
// Calls through the pipeline on one thread with all it does, alerts too (records/s, bytes a call), the
// merging of roll-ups as if on the same core, pages of 100 with each filter over all of them (p50, p99), and
// the start's read of N keys. Calls are so many a second of their own time; unless said, they fill a day.
// Defaults: 1,000,000 calls, 100,000 keys, 200 queries a filter.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "journal/journal.h"
#include "pipeline/pipeline.h"
#include "sample_traffic.h"
#include "server_alerts.h"
#include "usage/rollup_keeper.h"
#include "usage/usage_queries.h"

namespace weir::bench {
namespace {

struct Options {
  std::size_t calls = 1'000'000;
  std::size_t rate = 0;  // a second; 0: all in a day
  bool alerts = true;
  std::size_t keys = 100'000;
  std::size_t queries = 200;
  std::filesystem::path folder = std::filesystem::temp_directory_path() / "weir-pipeline-bench";
};

constexpr UtcTime kStart{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
/// Records between two drains, each of which ends with a commit: as many as a busy server commits at once.
constexpr std::size_t kRun = 65'536;

double seconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Wall and processor time of this thread.
struct Lap {
  double wall = seconds(CLOCK_MONOTONIC);
  double cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
  void add_to(double& wall_sum, double& cpu_sum) const {
    wall_sum += seconds(CLOCK_MONOTONIC) - wall;
    cpu_sum += seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
  }
};

std::uintmax_t folder_bytes(const std::filesystem::path& folder) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".db") bytes += entry.file_size();
  }
  return bytes;
}

void measure_keys(Store& store, const Options& options) {
  User owner;
  owner.name = "owner";
  must(store.users().insert(owner, kStart));
  std::vector<ApiKey> keys(options.keys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    keys[i].user_id = owner.id;
    keys[i].name = "key " + std::to_string(i);
    keys[i].display = "weir_live_Ab12";
    for (std::size_t b = 0; b < 8; ++b)
      keys[i].digest[b] = static_cast<std::uint8_t>((i * 0x9E3779B97F4A7C15ULL) >> (8 * b));
  }
  double wall = 0;
  double cpu = 0;
  Lap insert;
  must(store.keys().insert(keys, kStart));
  insert.add_to(wall, cpu);
  std::printf("keys       insert %zu: %.2f s (%.2f s CPU)\n", keys.size(), wall, cpu);
  wall = cpu = 0;
  std::uint64_t seen = 0;
  Lap read;
  must(store.keys().for_each([&](const ApiKey& key) { seen += key.id.value() != 0; }));
  read.add_to(wall, cpu);
  std::printf("keys       read %llu: %.2f s (%.2f s CPU)\n", static_cast<unsigned long long>(seen), wall,
              cpu);
}

void measure_pipeline(Store& store, const Options& options) {
  auto journal = must(Journal::open({.folder = options.folder / "journal"}, {}));
  EndpointTable endpoints(std::make_shared<EndpointRules>(), must(store.pipeline().endpoints()));
  const std::size_t gap = options.rate > 0 ? 1'000'000 / options.rate : 86'000'000'000 / options.calls;
  SampleTraffic traffic(kStart, Micros(std::max<std::size_t>(1, gap)));
  ManualClock clock;  // at the time of the calls
  clock.step_utc(kStart - clock.utc());
  std::optional<ServerAlerts> alerts;
  if (options.alerts) alerts.emplace(clock, store, *journal, endpoints, SampleTraffic::kKeys, options.folder);
  const auto pipeline = Pipeline::create({journal.get()}, store, endpoints, {"minute", "hour", "day"});
  if (alerts) pipeline->attach(alerts->stage());
  double wall = 0;
  double cpu = 0;
  double merge_wall = 0;
  double merge_cpu = 0;
  RollupKeeper keeper(store);
  keeper.set_retention({.minutes = {}, .hours = {}, .days = {}});
  std::size_t stored = 0;
  for (std::size_t done = 0; done < options.calls;) {
    const std::size_t run = std::min(kRun, options.calls - done);
    for (std::size_t i = 0; i < run; ++i) {
      const UsageRecord record = healthy(traffic.next(), traffic);
      clock.advance(std::max(record.at + record.response_time - clock.utc(), Micros(0)));
      while (journal->append(record) == AppendStatus::kFull) must(journal->keep());
    }
    must(journal->keep());
    done += run;
    const Lap lap;
    for (;;) {
      const std::size_t step = must(pipeline->step(clock.utc()));
      stored += step;
      if (step == 0) break;
    }
    lap.add_to(wall, cpu);
    // At once, whatever else may come of the same hours: more often than in life.
    const Lap merging;
    while (must(keeper.step(kStart + std::chrono::days(3)))) {
    }
    merging.add_to(merge_wall, merge_cpu);
  }
  const double count = static_cast<double>(stored);
  std::printf("pipeline   %zu records: %.0f records/s (wall), %.0f records/s of CPU, %.0f ns CPU each\n",
              stored, count / wall, count / cpu, cpu / count * 1e9);
  if (alerts) std::printf("alerts     %u firing at the end\n", alerts->firing());
  std::printf(
      "roll-ups   merging: %.0f ns CPU a record; with the pipeline on one core %.0f records/s (wall)\n",
      merge_cpu / count * 1e9, count / (wall + merge_wall));
  SummaryQuery all;
  all.range = {kStart, kStart + std::chrono::days(2)};
  const auto counted =
      must(make_usage_queries(store, [&endpoints] { return endpoints.names(); })->summary(all));
  std::printf("roll-ups   %llu records counted in them\n",
              static_cast<unsigned long long>(counted.total.requests));
  std::printf("size       %.1f bytes a call\n",
              static_cast<double>(folder_bytes(options.folder / "data" / "usage")) / count);
}

void measure_query(CallLog& calls, std::size_t queries, const char* name,
                   const std::function<CallFilter()>& make) {
  std::vector<double> millis;
  std::size_t rows = 0;
  for (std::size_t i = 0; i < queries; ++i) {
    const CallFilter filter = make();
    const double start = seconds(CLOCK_MONOTONIC);
    rows += must(calls.query(filter)).size();
    millis.push_back((seconds(CLOCK_MONOTONIC) - start) * 1e3);
  }
  std::sort(millis.begin(), millis.end());
  std::printf("query      %-28s p50 %7.2f ms  p99 %7.2f ms  (%.1f rows a page)\n", name,
              millis[millis.size() / 2], millis[millis.size() * 99 / 100],
              static_cast<double>(rows) / static_cast<double>(queries));
}

void measure_queries(CallLog& calls, const Options& options) {
  const std::uint64_t newest = must(calls.query({})).at(0).id;
  SampleTraffic random(kStart, Micros(1));
  const auto page = [&](auto change) {
    return [&random, &options, newest, change] {
      CallFilter filter;
      if (random.below(2) == 0) filter.before_id = newest - random.below(options.calls);
      change(filter);
      return filter;
    };
  };
  const auto existing = [&] {
    CallFilter filter;
    filter.before_id = newest - random.below(options.calls) + 1;
    filter.limit = 1;
    return must(calls.query(filter)).at(0);
  };
  using F = CallFilter;
  const auto run = [&](const char* name, auto change) {
    measure_query(calls, options.queries, name, page(change));
  };
  run("none", [](F&) {});
  run("key", [&](F& filter) { filter.key = KeyId(1 + random.below(SampleTraffic::kKeys)); });
  run("key without calls", [](F& filter) { filter.key = KeyId(SampleTraffic::kKeys / 2 * 3); });
  run("user", [&](F& filter) { filter.user = UserId(1 + random.below(SampleTraffic::kKeys / 3)); });
  run("endpoint, common", [](F& filter) { filter.endpoint = "/v1/customers"; });
  run("endpoint, other", [](F& filter) { filter.endpoint = kOtherEndpoints; });
  run("endpoint, never", [](F& filter) { filter.endpoint = "/v1/nowhere"; });
  run("path", [&](F& filter) { filter.path = "/v1/orders/" + std::to_string(random.below(1'000'000)); });
  run("response time, slow", [](F& filter) { filter.response_time_min = Millis(60); });
  run("response time, never", [](F& filter) { filter.response_time_min = Seconds(60); });
  run("outcome, rare", [](F& filter) { filter.outcome = Outcome::kUpstreamTimeout; });
  run("method", [](F& filter) { filter.method = "PUT"; });
  run("method, never", [](F& filter) { filter.method = "PURGE"; });
  run("status, rare", [](F& filter) { filter.status_min = filter.status_max = 504; });
  run("status, never", [](F& filter) { filter.status_min = filter.status_max = 418; });
  run("time", [&](F& filter) {
    filter.from = kStart + Seconds(random.below(80'000));
    filter.to = *filter.from + Seconds(60);
  });
  run("key and status", [&](F& filter) {
    filter.key = KeyId(1 + random.below(SampleTraffic::kKeys));
    filter.status_min = 500;
  });
  run("user, method, endpoint", [&](F& filter) {
    filter.user = UserId(1 + random.below(SampleTraffic::kKeys / 3));
    filter.method = "POST";
    filter.endpoint = "/v1/files";
  });
  measure_query(calls, options.queries, "request id", [&] {
    CallFilter filter;
    filter.request_id = existing().request_id;
    return filter;
  });
  measure_query(calls, options.queries, "request id, never", [&] {
    CallFilter filter;
    filter.request_id =
        make_uuid_v7(1'790'000'000'000ULL + random.below(1'000'000), random.below(1'000'000), 7).to_string();
    return filter;
  });
}

int run(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--calls")
      options.calls = std::strtoull(argv[i + 1], nullptr, 10);
    else if (name == "--rate")
      options.rate = std::strtoull(argv[i + 1], nullptr, 10);
    else if (name == "--alerts")
      options.alerts = std::string_view(argv[i + 1]) != "off";
    else if (name == "--keys")
      options.keys = std::strtoull(argv[i + 1], nullptr, 10);
    else if (name == "--queries")
      options.queries = std::strtoull(argv[i + 1], nullptr, 10);
    else if (name == "--folder")
      options.folder = argv[i + 1];
  }
  std::filesystem::remove_all(options.folder);
  {
    const auto store = must(open_sqlite_store(options.folder / "data"));
    if (options.keys > 0) measure_keys(*store, options);
    if (options.calls > 0) {
      measure_pipeline(*store, options);
      measure_queries(store->calls(), options);
    }
  }
  std::filesystem::remove_all(options.folder);
  return 0;
}

}  // namespace
}  // namespace weir::bench

int main(int argc, char** argv) {
  return weir::bench::run(argc, argv);
}
