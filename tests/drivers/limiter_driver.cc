// The limiter as a filter: requests on standard input, decisions on standard output.
//
//   limiter_driver FILE fixed|sliding NAME:SECONDS:LIMIT…
//
// A line in: "KEY COST NANOSECONDS" (of the boot clock). A line out: "1" or "0" for admitted, the refusing
// window or -, the seconds to retry after, and "LIMIT REMAINING RESET" of every window.
#include <cstdint>
#include <iostream>
#include <sstream>
#include <string>

#include "base/epoch.h"
#include "limits/limiter.h"

namespace {

using namespace weir;

constexpr UtcTime kUtc{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
constexpr std::uint32_t kKeys = 1000;

bool parse_window(const std::string& text, LimitWindow& window) {
  std::istringstream in(text);
  char colon = 0;
  return std::getline(in, window.name, ':') && in >> window.seconds >> colon >> window.limit && colon == ':';
}

void answer(Limiter& limiter, std::uint32_t key, std::uint32_t cost, std::int64_t now_ns) {
  const EpochGuard guard;
  const Decision decision = limiter.take(KeyId(key), {}, cost, Instant(Nanos(now_ns)));
  std::cout << (decision.admitted ? "1 " : "0 ")
            << (decision.refused_window == 0xFF ? "-" : std::to_string(decision.refused_window)) << ' '
            << decision.retry_after_seconds;
  for (std::size_t i = 0; i < decision.window_count; ++i) {
    const WindowState& window = decision.windows[i];
    std::cout << ' ' << window.limit << ' ' << window.remaining << ' ' << window.reset_seconds;
  }
  std::cout << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  LimitSettings settings;
  settings.windows.clear();
  bool understood = argc > 3;
  if (understood) {
    const auto algorithm = parse_limit_algorithm(argv[2]);
    understood = algorithm.has_value();
    settings.algorithm = algorithm.value_or(LimitAlgorithm::kFixed);
  }
  for (int i = 3; i < argc; ++i) {
    settings.windows.emplace_back();
    understood = understood && parse_window(argv[i], settings.windows.back());
  }
  if (!understood) {
    std::cerr << "usage: limiter_driver FILE fixed|sliding NAME:SECONDS:LIMIT...\n";
    return 2;
  }
  auto limiter = Limiter::open(argv[1], settings, kUtc, Instant{});
  if (!limiter) {
    std::cerr << limiter.error().detail << '\n';
    return 1;
  }
  if (const auto reserved = (*limiter)->reserve(KeyId(kKeys)); !reserved) {
    std::cerr << reserved.error().detail << '\n';
    return 1;
  }
  std::uint32_t key = 0;
  std::uint32_t cost = 0;
  std::int64_t now_ns = 0;
  while (std::cin >> key >> cost >> now_ns) answer(**limiter, key, cost, now_ns);
  return 0;
}
