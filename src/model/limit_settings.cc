#include "model/limit_settings.h"

#include <set>

#include <fmt/format.h>

namespace weir {
namespace {

constexpr std::uint32_t kWindowSecondsMax = 366U * 86400U;
constexpr std::size_t kNameMax = 32;

bool is_window_name(std::string_view name) {
  if (name.empty() || name.size() > kNameMax || name[0] < 'a' || name[0] > 'z') return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

}  // namespace

Result<void> validate(const LimitSettings& settings) {
  if (settings.windows.empty() || settings.windows.size() > kWindowsMax) {
    return fail(ErrorCode::kInvalid, fmt::format("limits.windows: 1 to {} windows are possible, {} are given",
                                                 kWindowsMax, settings.windows.size()));
  }
  std::set<std::string_view> names;
  for (const auto& window : settings.windows) {
    if (!is_window_name(window.name)) {
      return fail(
          ErrorCode::kInvalid,
          fmt::format("limits.windows: name '{}' is not 1 to {} of a-z, 0-9 and _, starting with a letter",
                      window.name.substr(0, 64), kNameMax));
    }
    if (!names.insert(window.name).second) {
      return fail(ErrorCode::kInvalid, fmt::format("limits.windows: '{}' is given twice", window.name));
    }
    if (window.seconds < 1 || window.seconds > kWindowSecondsMax) {
      return fail(ErrorCode::kInvalid, fmt::format("limits.windows: seconds of '{}' is 1 to {}, not {}",
                                                   window.name, kWindowSecondsMax, window.seconds));
    }
  }
  for (const auto& [plan, overrides] : settings.plans) {
    if (plan.empty() || plan.size() > 100) {
      return fail(ErrorCode::kInvalid, "limits.plans: a plan's name is 1 to 100 characters");
    }
    for (const auto& [window, limit] : overrides) {
      if (!names.contains(window)) {
        return fail(ErrorCode::kInvalid,
                    fmt::format("limits.plans: plan '{}' names '{}', which is no window", plan, window));
      }
    }
  }
  return {};
}

Quota resolve_quota(const LimitSettings& settings, const std::string& plan, const LimitOverrides& own) {
  Quota quota;
  quota.fill(kUnlimited);
  const auto of_plan = settings.plans.find(plan);
  for (std::size_t i = 0; i < settings.windows.size() && i < kWindowsMax; ++i) {
    const auto& window = settings.windows[i];
    quota[i] = window.limit;
    if (of_plan != settings.plans.end()) {
      if (const auto it = of_plan->second.find(window.name); it != of_plan->second.end())
        quota[i] = it->second;
    }
    if (const auto it = own.find(window.name); it != own.end()) quota[i] = it->second;
  }
  return quota;
}

std::string_view to_string(LimitAlgorithm algorithm) {
  return algorithm == LimitAlgorithm::kSliding ? "sliding" : "fixed";
}

Result<LimitAlgorithm> parse_limit_algorithm(std::string_view name) {
  if (name == "fixed") return LimitAlgorithm::kFixed;
  if (name == "sliding") return LimitAlgorithm::kSliding;
  return fail(ErrorCode::kInvalid,
              fmt::format("limits.algorithm is fixed or sliding, not '{}'", name.substr(0, 64)));
}

}  // namespace weir
