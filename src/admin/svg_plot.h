// Plots over time as SVG, for reports: no script, legible on paper. Pure.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"

namespace weir {

struct PlotSeries {
  std::string name;
  std::string color;  // of CSS
  std::vector<double> values;
};

struct PlotAxis {
  std::span<const UtcTime> starts;  // of each value
  Seconds step{60};
  std::function<std::string(double)> format;  // of values, at the left and in what a pointer shows
};

/// Bars, each series in front of the one before: first the whole, then its parts.
[[nodiscard]] std::string bar_plot(const PlotAxis& axis, std::span<const PlotSeries> series);

/// Lines. A value of 0 is a gap where `gaps` says so: no calls have no response time.
[[nodiscard]] std::string line_plot(const PlotAxis& axis, std::span<const PlotSeries> series, bool gaps);

/// The smallest of 1, 2, 2.5, 5 times a power of ten that is at least `value`; 1 for 0.
[[nodiscard]] double round_up(double value);

}  // namespace weir
