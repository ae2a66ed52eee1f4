// What may be asked of the API, by whom: windows, plans, the algorithm.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace weir {

/// Most windows at once: their counters fill one slot of the counter file.
inline constexpr std::size_t kWindowsMax = 7;
/// A limit that never refuses. In JSON and YAML: null.
inline constexpr std::uint32_t kUnlimited = 0xFFFF'FFFF;

enum class LimitAlgorithm : std::uint8_t {
  kFixed,    // the first request in an idle window opens it; it refills whole when it ends
  kSliding,  // two counters, the last window's weighted by how much of it still overlaps
};

struct LimitWindow {
  std::string name;                  // [a-z][a-z0-9_]{0,31}, unique; "minute" becomes X-RateLimit-Minute-…
  std::uint32_t seconds = 60;        // 1 to 366 days
  std::uint32_t limit = kUnlimited;  // for keys without plan or own limit
};

/// Limits by window name; a window not named keeps the default.
using LimitOverrides = std::map<std::string, std::uint32_t>;

struct LimitSettings {
  LimitAlgorithm algorithm = LimitAlgorithm::kFixed;
  bool shadow = false;  // count and report, never refuse
  std::vector<LimitWindow> windows = {{"minute", 60, 100}, {"hour", 3600, 1000}, {"day", 86400, 10000}};
  std::map<std::string, LimitOverrides> plans;
};

/// A key's limits, by position in the configured windows.
using Quota = std::array<std::uint32_t, kWindowsMax>;

/// The quota of a key: own limits over its plan's over the defaults. An unknown plan counts as none.
[[nodiscard]] Quota resolve_quota(const LimitSettings& settings, const std::string& plan,
                                  const LimitOverrides& own);

/// kInvalid names the field, the bound and the value: window count and names, seconds, limits, plans that
/// name unknown windows.
[[nodiscard]] Result<void> validate(const LimitSettings& settings);

[[nodiscard]] std::string_view to_string(LimitAlgorithm algorithm);                 // "fixed", "sliding"
[[nodiscard]] Result<LimitAlgorithm> parse_limit_algorithm(std::string_view name);  // kInvalid names it

}  // namespace weir
