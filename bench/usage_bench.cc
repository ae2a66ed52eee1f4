// Questions about usage, over roll-ups as of a large API, made by the real accumulator, store and keeper:
//
//   usage_bench [--calls N] [--days N] [--keys N] [--queries N] [--only TEXT] [--folder DIR] [--keep 1]
//
// Calls of a skewed distribution over keys and 50 endpoints are added up hour by hour (those of the last two
// days minute by minute) and merged as they would be in life; then each question is asked over 90 days that
// end at a random minute of the last day: p50, p99, most. Defaults: 10,000,000 calls in 92 days, 10,000 keys,
// 100 queries a question. --only: of the questions, those whose name has TEXT in it. With --keep 1 the folder
// stays, and is used again by the next run.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "call_mix.h"
#include "store/store.h"
#include "usage/rollup_accumulator.h"
#include "usage/rollup_keeper.h"
#include "usage/usage_queries.h"

namespace weir::bench {
namespace {

struct Options {
  std::size_t calls = 10'000'000;
  std::size_t days = 92;
  std::uint32_t keys = 10'000;
  std::size_t queries = 100;
  bool keep = false;
  std::string only;  // a part of the questions' names
  std::filesystem::path folder = std::filesystem::temp_directory_path() / "weir-usage-bench";
};

constexpr std::uint32_t kEndpoints = 50;
constexpr UtcTime kEnd{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours(17)};

template <class Value>
Value must(Result<Value> result) {
  if (result) {
    if constexpr (!std::is_void_v<Value>)
      return std::move(*result);
    else
      return;
  }
  std::fprintf(stderr, "%s\n", result.error().detail.c_str());
  std::exit(1);
}

double seconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// A few endpoints get most of the calls; each has its own speed.
class Calls {
 public:
  explicit Calls(std::uint32_t keys) : mix_(keys, 0.7) {}

  const UsageRecord& next(UtcTime at, EndpointId& endpoint) {
    const double place = mix_.uniform();
    endpoint = EndpointId(1 + static_cast<std::uint32_t>(place * place * kEndpoints));
    mix_.fill(record_, endpoint.value() % 2 == 0 ? Method::kPost : Method::kPut,
              Micros(2000 + 1500 * (endpoint.value() % 11)));
    record_.at = at;
    return record_;
  }

  std::uint32_t below(std::size_t bound) { return mix_.below(bound); }

 private:
  CallMix mix_;
  UsageRecord record_;
};

void make_keys(Store& store, std::uint32_t count) {
  std::vector<User> users(200);
  for (std::size_t i = 0; i < users.size(); ++i) {
    users[i].name = std::string("user ").append(std::to_string(i));
    must(store.users().insert(users[i], kEnd));
  }
  std::vector<ApiKey> keys(count);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    keys[i].user_id = users[i % users.size()].id;
    keys[i].name = std::string("key ").append(std::to_string(i));
    for (std::size_t b = 0; b < 8; ++b)
      keys[i].digest[b] = static_cast<std::uint8_t>((i * 0x9E3779B97F4A7C15ULL) >> (8 * b));
  }
  must(store.keys().insert(keys, kEnd));
}

void print_sizes(Store& store) {
  constexpr const char* kNames[] = {"delta", "minute", "hour", "day", "week", "month"};
  const RollupSizes sizes = must(store.rollups().sizes());
  std::uint64_t rows = 0;
  for (std::size_t tier = 0; tier < sizes.rows.size(); ++tier) {
    std::printf("rows       %-6s %10llu rows in %llu blocks\n", kNames[tier],
                static_cast<unsigned long long>(sizes.rows[tier]),
                static_cast<unsigned long long>(sizes.blocks[tier]));
    rows += sizes.rows[tier];
  }
  std::printf("size       %.0f MiB; %.1f bytes a row, all cuts and histograms of it together\n",
              static_cast<double>(sizes.bytes) / 1048576.0,
              static_cast<double>(sizes.bytes) / static_cast<double>(std::max<std::uint64_t>(rows, 1)));
}

void make_rollups(Store& store, const Options& options) {
  make_keys(store, options.keys);
  RollupKeeper keeper(store);
  RollupAccumulator accumulator;
  Calls calls(options.keys);
  double adding = 0;
  double merging = 0;
  const UtcTime start = kEnd - std::chrono::days(options.days);
  const std::size_t runs = options.days * 24;
  std::size_t done = 0;
  for (std::size_t run = 0; run < runs; ++run) {
    const UtcTime hour = start + std::chrono::hours(run);
    const bool fine = run + 48 >= runs;
    const double before = seconds(CLOCK_THREAD_CPUTIME_ID);
    for (const std::size_t goal = options.calls * (run + 1) / runs; done < goal; ++done) {
      EndpointId endpoint;
      const Micros within = fine ? Micros(Seconds(calls.below(3600))) : Micros(0);
      const UsageRecord& record = calls.next(hour + within, endpoint);
      accumulator.add(record, endpoint);
    }
    const auto deltas = accumulator.deltas();
    const UtcTime now = hour + std::chrono::hours(1);
    must(store.pipeline().commit({.rollups = deltas, .now = now}));
    accumulator.clear();
    const double between = seconds(CLOCK_THREAD_CPUTIME_ID);
    for (const int seconds_later : {10, 100, 500, 1500, run + 1 == runs ? 36'000 : 1500}) {
      while (must(keeper.step(now + Seconds(seconds_later)))) {
      }
    }
    adding += between - before;
    merging += seconds(CLOCK_THREAD_CPUTIME_ID) - between;
    if (run % 240 == 239) std::fprintf(stderr, "made %zu of %zu calls\n", done, options.calls);
  }
  const double count = static_cast<double>(done);
  std::printf("made       %zu calls; CPU a call: %.0f ns making and adding up, %.0f ns merging all tiers\n",
              done, adding / count * 1e9, merging / count * 1e9);
}

void measure(const char* name, const Options& options, const std::function<std::size_t()>& ask) {
  if (std::string_view(name).find(options.only) == std::string_view::npos) return;
  const std::size_t queries = options.queries;
  std::vector<double> millis;
  std::size_t answers = 0;
  ask();  // the first opens a connection and reads the keys' owners
  for (std::size_t i = 0; i < queries; ++i) {
    const double start = seconds(CLOCK_MONOTONIC);
    answers += ask();
    millis.push_back((seconds(CLOCK_MONOTONIC) - start) * 1e3);
  }
  std::sort(millis.begin(), millis.end());
  std::printf("query      %-46s p50 %7.2f ms  p99 %7.2f ms  most %7.2f ms  (%zu answers)\n", name,
              millis[millis.size() / 2], millis[millis.size() * 99 / 100], millis.back(), answers / queries);
}

void measure_all(Store& store, const Options& options) {
  std::vector<std::string> names;
  for (std::uint32_t i = 1; i <= kEndpoints; ++i)
    names.push_back(std::string("/v1/endpoint").append(std::to_string(i)));
  const auto endpoints = std::make_shared<const EndpointNames>(std::move(names));
  const auto queries = make_usage_queries(store, [&endpoints] { return endpoints; });
  Calls random(options.keys);
  const auto range = [&random] {
    const UtcTime to = kEnd - std::chrono::minutes(random.below(1440));
    return TimeRange{to - std::chrono::days(90), to};
  };
  using Q = SummaryQuery;
  const auto ask = [&](const char* name, auto change) {
    measure(name, options, [&] {
      Q query;
      query.range = range();
      query.limit = 20;
      change(query);
      return must(queries->summary(query)).groups_found;
    });
  };
  const auto any_key = [&] { return KeyId(1 + random.below(options.keys)); };
  const auto any_endpoint = [&] {
    return std::string("/v1/endpoint").append(std::to_string(1 + random.below(kEndpoints)));
  };
  ask("totals", [](Q&) {});
  ask("totals, and the period before", [](Q& query) { query.compare = true; });
  ask("totals of a key", [&](Q& query) { query.filter.key = any_key(); });
  ask("totals of an endpoint", [&](Q& query) { query.filter.endpoint = any_endpoint(); });
  ask("totals of a key and endpoint", [&](Q& query) {
    query.filter.key = any_key();
    query.filter.endpoint = any_endpoint();
  });
  ask("totals of a user", [&](Q& query) { query.filter.user = UserId(1 + random.below(200)); });
  ask("errors of a method", [&](Q& query) {
    query.filter.method = "POST";
    query.filter.status_min = 500;
  });
  for (const GroupBy group_by : {GroupBy::kStatus, GroupBy::kMethod, GroupBy::kEndpoint, GroupBy::kOutcome}) {
    constexpr const char* kNames[] = {"", "", "", "by endpoint", "by status", "by method", "by outcome"};
    ask(kNames[static_cast<int>(group_by)], [&](Q& query) { query.group_by = group_by; });
  }
  const auto by_key = [](Q& query) { query.group_by = GroupBy::kKey; };
  ask("top keys by requests", by_key);
  ask("top keys by requests, 1000 of them", [&](Q& query) {
    by_key(query);
    query.limit = 1000;
  });
  ask("top keys by requests, and before", [&](Q& query) {
    by_key(query);
    query.compare = true;
  });
  ask("top keys by error rate", [&](Q& query) {
    by_key(query);
    query.order = UsageOrder::kErrorRate;
  });
  ask("top keys by p99", [&](Q& query) {
    by_key(query);
    query.order = UsageOrder::kP99;
  });
  ask("top keys by p50", [&](Q& query) {
    by_key(query);
    query.order = UsageOrder::kP50;
  });
  ask("top users by requests", [](Q& query) { query.group_by = GroupBy::kUser; });
  ask("top users by p95", [](Q& query) {
    query.group_by = GroupBy::kUser;
    query.order = UsageOrder::kP95;
  });
  ask("top keys of an endpoint", [&](Q& query) {
    by_key(query);
    query.filter.endpoint = any_endpoint();
  });
  ask("top keys of the busiest endpoint by p99", [&](Q& query) {
    by_key(query);
    query.filter.endpoint = "/v1/endpoint1";
    query.order = UsageOrder::kP99;
  });
  ask("top keys by errors of POST", [&](Q& query) {
    by_key(query);
    query.filter.method = "POST";
    query.filter.status_min = 500;
  });
  ask("top keys of GET by p99", [&](Q& query) {
    by_key(query);
    query.filter.method = "GET";
    query.order = UsageOrder::kP99;
  });
  ask("endpoints of a key", [&](Q& query) {
    query.group_by = GroupBy::kEndpoint;
    query.filter.key = any_key();
  });
  ask("endpoints of a user by p95", [&](Q& query) {
    query.group_by = GroupBy::kEndpoint;
    query.filter.user = UserId(1 + random.below(200));
    query.order = UsageOrder::kP95;
  });
  const auto series = [&](const char* name, Seconds step, auto change) {
    measure(name, options, [&] {
      SeriesQuery query;
      query.range = range();
      query.step = step;
      change(query);
      return must(queries->timeline(query)).starts.size();
    });
  };
  using S = SeriesQuery;
  series("series by day", std::chrono::days(1), [](S&) {});
  series("series by hour", std::chrono::hours(1), [](S&) {});
  series("series by day of a key", std::chrono::days(1), [&](S& query) { query.filter.key = any_key(); });
  series("series by hour of a key", std::chrono::hours(1), [&](S& query) { query.filter.key = any_key(); });
  series("series by hour of an endpoint", std::chrono::hours(1),
         [&](S& query) { query.filter.endpoint = any_endpoint(); });
  series("series by day of the top 10 keys", std::chrono::days(1),
         [](S& query) { query.group_by = GroupBy::kKey; });
  series("series by day of the top 10 endpoints", std::chrono::days(1),
         [](S& query) { query.group_by = GroupBy::kEndpoint; });
}

int run(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const std::uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--calls") options.calls = value;
    if (name == "--days") options.days = value;
    if (name == "--keys") options.keys = static_cast<std::uint32_t>(value);
    if (name == "--queries") options.queries = std::max<std::size_t>(value, 1);
    if (name == "--keep") options.keep = value != 0;
    if (name == "--only") options.only = argv[i + 1];
    if (name == "--folder") options.folder = argv[i + 1];
  }
  const bool made = options.keep && std::filesystem::exists(options.folder / "weir.db");
  if (!made) std::filesystem::remove_all(options.folder);
  {
    const auto store = must(open_sqlite_store(options.folder));
    if (!made) make_rollups(*store, options);
    print_sizes(*store);
    measure_all(*store, options);
  }
  if (!options.keep) std::filesystem::remove_all(options.folder);
  return 0;
}

}  // namespace
}  // namespace weir::bench

int main(int argc, char** argv) {
  return weir::bench::run(argc, argv);
}
