// What finding a call's endpoint costs the pipeline, by the kind of path.
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "usage/endpoint_table.h"

namespace weir {
namespace {

/// 4,096 paths of the form `form`, a number in the place of {}.
std::vector<std::string> paths_like(const char* form) {
  std::vector<std::string> paths;
  for (unsigned i = 0; i < 4096; ++i) paths.push_back(fmt::format(fmt::runtime(form), 100'000 + i * 7919));
  return paths;
}

void classify(benchmark::State& state, const std::vector<std::string>& paths,
              const SharedEndpointRules& rules) {
  EndpointTable table(rules, {});
  for (const std::string& path : paths)
    benchmark::DoNotOptimize(table.classify(path, 200, Outcome::kForwarded));
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(table.classify(paths[next++ & 4095], 200, Outcome::kForwarded));
  }
}

SharedEndpointRules with_templates(int count) {
  auto rules = std::make_shared<EndpointRules>();
  for (int i = 0; i < count; ++i) {
    if (!rules->templates.add(fmt::format("/v1/orders/{{order}}/part{}/{{item}}", i))) std::abort();
  }
  return rules;
}

void words(benchmark::State& state) {
  classify(state, paths_like("/v1/orders/latest"), with_templates(0));
}
BENCHMARK(words);
void number(benchmark::State& state) {
  classify(state, paths_like("/v1/orders/{}/items"), with_templates(0));
}
BENCHMARK(number);
void uuid(benchmark::State& state) {
  classify(state, paths_like("/v1/customers/550e8400-e29b-41d4-a716-446655{}/orders"), with_templates(0));
}
BENCHMARK(uuid);
void escaped(benchmark::State& state) {
  classify(state, paths_like("/v1/caf%c3%a9s/{}/"), with_templates(0));
}
BENCHMARK(escaped);
void configured(benchmark::State& state) {
  classify(state, paths_like("/v1/orders/{}/part77/latest"), with_templates(500));
}
BENCHMARK(configured);

}  // namespace
}  // namespace weir

BENCHMARK_MAIN();
