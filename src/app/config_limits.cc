#include "app/config_sections.h"

namespace weir {
namespace {

constexpr std::uint32_t kWindowSecondsMax = 366U * 86'400U;

void read_windows(ConfigSection& section, LimitSettings& limits) {
  if (!section.has("windows")) return;
  LimitSettings so_far;  // checked as it grows, so that an error has the line of the window that made it
  so_far.windows.clear();
  section.each_map("windows", [&](ConfigSection& item) {
    LimitWindow window;
    item.text("name", window.name, 64);
    item.integer<std::uint32_t>("seconds", window.seconds, 1, kWindowSecondsMax);
    item.limit("limit", window.limit);
    for (const auto* field : {"name", "seconds", "limit"}) {
      if (!item.has(field))
        item.problem(item.line(), std::string("limits.windows: a window needs its ") + field);
    }
    if (!item.has("name") || !item.has("seconds")) return;
    so_far.windows.push_back(std::move(window));
    if (auto checked = validate(so_far); !checked) {
      item.problem(item.line(), checked.error().detail);
      so_far.windows.pop_back();
    }
  });
  limits.windows = std::move(so_far.windows);
  if (limits.windows.empty()) {
    section.problem(section.line_of("windows"), "limits.windows: at least one window is needed");
  }
}

void read_plans(ConfigSection& section, LimitSettings& limits) {
  section.child("plans", [&](ConfigSection& plans) {
    for (const auto& plan : plans.keys()) {
      LimitOverrides overrides;
      plans.child(plan, [&](ConfigSection& windows) {
        for (const auto& window : windows.keys()) {
          windows.limit(window, overrides[window]);
          LimitSettings one{limits.algorithm, false, limits.windows, {{plan, {{window, 0}}}}};
          if (limits.windows.empty()) continue;  // a problem already
          if (auto checked = validate(one); !checked)
            windows.problem(windows.line_of(window), checked.error().detail);
        }
      });
      limits.plans.emplace(plan, std::move(overrides));
    }
  });
}

}  // namespace

void read_limits(ConfigSection& section, LimitSettings& limits) {
  section.parsed("algorithm", limits.algorithm,
                 [](const std::string& name) { return parse_limit_algorithm(name); });
  section.flag("shadow", limits.shadow);
  read_windows(section, limits);
  read_plans(section, limits);
}

}  // namespace weir
