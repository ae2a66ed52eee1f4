// How fast stored calls are replayed: read from the call log's files, through the settings in force and
// proposed ones, with limits in force and proposed.
//
//   replay_bench [--mix NAME] [--calls N] [--folder DIR]
//
// Calls of ten thousand keys and 25 endpoints are stored first, then replayed; prints calls a second of one
// thread. Mixes, one after another unless one is named: healthy and storm have 20,000 calls a second of their
// own time, sparse 20, trickle 2. Defaults: 4,000,000 calls; of sparse a quarter, of trickle an eighth.
#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "admin/replay_run.h"
#include "must.h"
#include "sample_traffic.h"
#include "store/store.h"

namespace weir::bench {
namespace {

enum class Health {
  kWell,   // one call of a thousand fails, one key of 500 is over its limits, its sources do not change
  kStorm,  // every fifth call fails, every key is over its limits now and then: two alerts a key
};

struct Mix {
  std::string_view name;
  Health health;
  std::size_t rate;   // calls a second of their own time
  std::size_t share;  // one call of so many of the number asked for
};
constexpr std::array kMixes = {Mix{"healthy", Health::kWell, 20'000, 1},
                               Mix{"storm", Health::kStorm, 20'000, 1}, Mix{"sparse", Health::kWell, 20, 4},
                               Mix{"trickle", Health::kWell, 2, 8}};

struct Options {
  std::string mix;  // empty: all
  std::size_t calls = 4'000'000;
  std::filesystem::path folder = std::filesystem::temp_directory_path() / "weir-replay-bench";
};

constexpr UtcTime kStart{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{2}};
constexpr std::size_t kBatch = 8192;

double seconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

UsageRecord stormy(UsageRecord record, SampleTraffic& traffic) {
  if (record.outcome == Outcome::kForwarded && traffic.below(5) == 0) record.status = 500;
  return record;
}

/// Answers the time the last call began.
UtcTime fill(Store& store, const Mix& mix, std::size_t calls, const std::vector<std::string>& endpoints) {
  SampleTraffic traffic(kStart, Micros(1'000'000 / mix.rate));
  std::vector<UsageRecord> records;
  std::vector<std::string> paths;
  std::vector<CallEntry> entries;
  JournalPosition position;
  UtcTime last = kStart;
  for (std::size_t done = 0; done < calls;) {
    const std::size_t count = std::min(kBatch, calls - done);
    records.clear();
    entries.clear();
    paths.clear();
    records.reserve(count);
    paths.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const UsageRecord& next = traffic.next();
      records.push_back(mix.health == Health::kWell ? healthy(next, traffic) : stormy(next, traffic));
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

void measure(const char* name, Store& store, std::size_t stored, const SharedEndpointNames& names,
             const ReplayQuestion& question) {
  ReplayWorld world{.calls = store.calls(),
                    .alerts = store.alerts(),
                    .settings = {},
                    .limits = {},
                    .environment = "bench",
                    .endpoints = names,
                    .plans = {},
                    .costs = {}};
  ReplayProgress progress;
  const double wall = seconds(CLOCK_MONOTONIC);
  const double cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
  const auto outcome = must(run_replay(std::move(world), question, progress, [] { return true; }));
  const double took = seconds(CLOCK_MONOTONIC) - wall;
  const double worked = seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
  const auto calls = static_cast<double>(stored);
  std::uint64_t alerts = 0;
  for (const ReplayedCounts& counts : outcome->alerts.counts) alerts += counts.in_force;
  std::printf("  %-20s %9.0f calls/s (wall), %9.0f calls/s of CPU, %llu alerts in force\n", name,
              calls / took, calls / worked, static_cast<unsigned long long>(alerts));
}

void run_mix(const Mix& mix, const Options& options) {
  std::filesystem::remove_all(options.folder);
  std::filesystem::create_directories(options.folder);
  const auto store = must(open_sqlite_store(options.folder));
  std::vector<std::string> endpoints;
  for (int i = 0; i < 25; ++i) endpoints.push_back("/v1/endpoint" + std::to_string(i) + "/{id}");
  const auto names = std::make_shared<const EndpointNames>(endpoints);
  const std::size_t calls = options.calls / mix.share;
  const UtcTime last = fill(*store, mix, calls, endpoints);
  std::printf("%s: %zu calls, %zu a second\n", std::string(mix.name).c_str(), calls, mix.rate);
  ReplayQuestion question{.from = kStart, .to = last + Seconds(60), .settings = {}, .limits = {}};
  measure("settings in force", *store, calls, names, question);
  AlertSettings proposed;
  proposed.rule(AlertType::kErrorRate).warning = 0.02;
  proposed.rule(AlertType::kResponseTime).warning = 0.5;
  question.settings = proposed;
  measure("and proposed ones", *store, calls, names, question);
  LimitSettings limits;
  limits.windows = {{"minute", 60, 50}, {"hour", 3600, 2000}};
  question.limits = limits;
  measure("and proposed limits", *store, calls, names, question);
  std::filesystem::remove_all(options.folder);
}

int run(const Options& options) {
  for (const Mix& mix : kMixes) {
    if (options.mix.empty() || options.mix == mix.name) run_mix(mix, options);
  }
  return 0;
}

}  // namespace
}  // namespace weir::bench

int main(int argc, char** argv) {
  weir::bench::Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--calls") options.calls = std::stoul(argv[i + 1]);
    if (name == "--mix") options.mix = argv[i + 1];
    if (name == "--folder") options.folder = argv[i + 1];
  }
  return weir::bench::run(options);
}
