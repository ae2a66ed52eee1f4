// How fast stored calls are replayed: read from the call log's files, through the settings in force and
// proposed ones, with limits in force and proposed.
//
//   replay_bench [--calls N] [--rate N] [--folder DIR]
//
// Calls of ten thousand keys and 25 endpoints, so many a second of their own time (20,000), are stored first.
// Prints calls a second of one thread. Defaults: 4,000,000 calls.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "admin/replay_run.h"
#include "sample_traffic.h"
#include "store/store.h"

namespace weir::bench {
namespace {

struct Options {
  std::size_t calls = 4'000'000;
  std::size_t rate = 20'000;
  std::filesystem::path folder = std::filesystem::temp_directory_path() / "weir-replay-bench";
};

constexpr UtcTime kStart{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{2}};
constexpr std::size_t kBatch = 8192;

template <class Value>
Value must(Result<Value> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().detail.c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<Value>) return std::move(*result);
}

double seconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Of an API in health: one call of a thousand fails, one key of 500 is over its limits, and where it calls
/// from does not change. In a storm, with an alert for every key, a replay is half as fast.
UsageRecord healthy(UsageRecord record, SampleTraffic& traffic) {
  const bool fails = record.status >= 500 && traffic.below(10) != 0;
  if (fails || (record.outcome == Outcome::kLimited && record.key.value() % 500 != 0)) {
    record.status = 200;
    record.outcome = Outcome::kForwarded;
    record.upstream_time = record.response_time;
  }
  return record;
}

/// Answers the time the last call began.
UtcTime fill(Store& store, const Options& options, const std::vector<std::string>& endpoints) {
  SampleTraffic traffic(kStart, Micros(1'000'000 / options.rate));
  std::vector<UsageRecord> records;
  std::vector<std::string> paths;
  std::vector<CallEntry> entries;
  JournalPosition position;
  UtcTime last = kStart;
  for (std::size_t done = 0; done < options.calls;) {
    const std::size_t count = std::min(kBatch, options.calls - done);
    records.clear();
    entries.clear();
    paths.clear();
    records.reserve(count);
    paths.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      records.push_back(healthy(traffic.next(), traffic));
      records.back().path = paths.emplace_back(records.back().path);
      position.bytes += 100;
      entries.push_back({.journal = 0,
                         .next = position,
                         .record = &records.back(),
                         .refused_window = records.back().outcome == Outcome::kLimited ? "minute" : "",
                         .endpoint = endpoints[traffic.below(endpoints.size())]});
    }
    last = records.back().at;
    must(store.calls().append(entries));
    done += count;
  }
  must(store.calls().sync());
  return last;
}

void measure(const char* name, Store& store, const Options& options, const SharedEndpointNames& names,
             const ReplayQuestion& question) {
  ReplayWorld world{.calls = store.calls(),
                    .alerts = store.alerts(),
                    .settings = {},
                    .limits = {},
                    .environment = "bench",
                    .endpoints = names,
                    .plans = {}};
  ReplayProgress progress;
  const double wall = seconds(CLOCK_MONOTONIC);
  const double cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
  const auto outcome = must(run_replay(std::move(world), question, progress, [] { return true; }));
  const double took = seconds(CLOCK_MONOTONIC) - wall;
  const double worked = seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
  const auto calls = static_cast<double>(options.calls);
  std::printf("%-34s %9.0f calls/s (wall), %9.0f calls/s of CPU, %zu alerts\n", name, calls / took,
              calls / worked, outcome->alerts.alerts.size());
}

int run(const Options& options) {
  std::filesystem::remove_all(options.folder);
  std::filesystem::create_directories(options.folder);
  const auto store = must(open_sqlite_store(options.folder));
  std::vector<std::string> endpoints;
  for (int i = 0; i < 25; ++i) endpoints.push_back("/v1/endpoint" + std::to_string(i) + "/{id}");
  const auto names = std::make_shared<const EndpointNames>(endpoints);
  const UtcTime last = fill(*store, options, endpoints);
  std::printf("%zu calls stored, %zu a second\n", options.calls, options.rate);
  ReplayQuestion question{.from = kStart, .to = last + Seconds(60), .settings = {}, .limits = {}};
  measure("settings in force", *store, options, names, question);
  AlertSettings proposed;
  proposed.rule(AlertType::kErrorRate).warning = 0.02;
  proposed.rule(AlertType::kResponseTime).warning = 0.5;
  question.settings = proposed;
  measure("and proposed ones", *store, options, names, question);
  LimitSettings limits;
  limits.windows = {{"minute", 60, 50}, {"hour", 3600, 2000}};
  question.limits = limits;
  measure("and proposed limits", *store, options, names, question);
  std::filesystem::remove_all(options.folder);
  return 0;
}

}  // namespace
}  // namespace weir::bench

int main(int argc, char** argv) {
  weir::bench::Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--calls") options.calls = std::stoul(argv[i + 1]);
    if (name == "--rate") options.rate = std::stoul(argv[i + 1]);
    if (name == "--folder") options.folder = argv[i + 1];
  }
  return weir::bench::run(options);
}
