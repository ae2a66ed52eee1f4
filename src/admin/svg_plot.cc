#include "admin/svg_plot.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "admin/html_text.h"

namespace weir {
namespace {

// In the plot's own units; it is as wide as its place on the page.
constexpr double kWidth = 960;
constexpr double kHeight = 220;
constexpr double kLeft = 70;
constexpr double kRight = 8;
constexpr double kTop = 26;
constexpr double kBottom = 24;
constexpr int kGridLines = 4;
constexpr std::size_t kLabels = 8;

/// Where values are on the plot.
struct Frame {
  std::size_t count = 0;
  double largest = 1;

  [[nodiscard]] double slot() const {
    return (kWidth - kLeft - kRight) / static_cast<double>(std::max<std::size_t>(1, count));
  }
  [[nodiscard]] double x(std::size_t i) const { return kLeft + slot() * static_cast<double>(i); }
  [[nodiscard]] double y(double value) const {
    return kHeight - kBottom - (kHeight - kTop - kBottom) * std::min(1.0, std::max(0.0, value / largest));
  }
};

std::string time_label(UtcTime at, Seconds step) {
  const std::string text = to_rfc3339(at);
  if (step >= std::chrono::hours(24)) return text.substr(0, 10);
  return text.substr(5, 5) + " " + text.substr(11, 5);
}

Frame frame_of(const PlotAxis& axis, std::span<const PlotSeries> series) {
  double largest = 0;
  for (const auto& each : series) {
    for (const double value : each.values) largest = std::max(largest, value);
  }
  return {axis.starts.size(), round_up(largest)};
}

void begin(std::string& out, const PlotAxis& axis, const Frame& frame, std::span<const PlotSeries> series) {
  out += fmt::format(R"(<svg class="plot" viewBox="0 0 {} {}" role="img">)", kWidth, kHeight);
  double legend = kLeft;
  for (const auto& each : series) {
    out += fmt::format(
        R"(<rect x="{:.1f}" y="6" width="10" height="10" fill="{}"/><text x="{:.1f}" y="15">{}</text>)",
        legend, html_text(each.color), legend + 14, html_text(each.name));
    legend += 34 + 7.0 * static_cast<double>(each.name.size());
  }
  for (int i = 0; i <= kGridLines; ++i) {
    const double value = frame.largest * i / kGridLines;
    out += fmt::format(R"(<line class="grid" x1="{}" y1="{:.1f}" x2="{}" y2="{:.1f}"/>)", kLeft,
                       frame.y(value), kWidth - kRight, frame.y(value));
    out += fmt::format(R"(<text x="{}" y="{:.1f}" text-anchor="end">{}</text>)", kLeft - 6,
                       frame.y(value) + 4, html_text(axis.format(value)));
  }
  const std::size_t every = std::max<std::size_t>(1, (frame.count + kLabels - 1) / kLabels);
  for (std::size_t i = 0; i < frame.count; i += every) {
    out += fmt::format(R"(<text x="{:.1f}" y="{}">{}</text>)", frame.x(i), kHeight - 6,
                       time_label(axis.starts[i], axis.step));
  }
}

/// What a pointer shows over a moment: all of its values.
void add_tip(std::string& out, const PlotAxis& axis, const Frame& frame, std::span<const PlotSeries> series,
             std::size_t i) {
  std::string text = time_label(axis.starts[i], axis.step);
  for (const auto& each : series) {
    if (i < each.values.size()) text += fmt::format(", {}: {}", each.name, axis.format(each.values[i]));
  }
  out += fmt::format(
      R"(<rect class="tip" x="{:.1f}" y="{}" width="{:.1f}" height="{}"><title>{}</title></rect>)",
      frame.x(i), kTop, frame.slot(), kHeight - kTop - kBottom, html_text(text));
}

void add_line(std::string& out, const Frame& frame, const PlotSeries& series, bool gaps) {
  std::string path;
  bool pen_down = false;
  for (std::size_t i = 0; i < std::min(frame.count, series.values.size()); ++i) {
    if (gaps && !(series.values[i] > 0)) {
      pen_down = false;
      continue;
    }
    const double x = frame.x(i) + frame.slot() / 2;
    path += fmt::format("{}{:.1f} {:.1f}", pen_down ? "L" : "M", x, frame.y(series.values[i]));
    // A moment alone is a dot: a line of no length with round ends.
    if (!pen_down) path += "h0";
    pen_down = true;
  }
  out += fmt::format(R"(<path class="line" d="{}" stroke="{}"/>)", path, html_text(series.color));
}

}  // namespace

double round_up(double value) {
  if (!(value > 0)) return 1;
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1.0, 2.0, 2.5, 5.0}) {
    if (value <= step * power * (1 + 1e-9)) return step * power;
  }
  return 10 * power;
}

std::string bar_plot(const PlotAxis& axis, std::span<const PlotSeries> series) {
  const Frame frame = frame_of(axis, series);
  std::string out;
  begin(out, axis, frame, series);
  for (const auto& each : series) {
    for (std::size_t i = 0; i < std::min(frame.count, each.values.size()); ++i) {
      if (!(each.values[i] > 0)) continue;
      // At least a hair: what is there is seen.
      const double top = std::min(frame.y(each.values[i]), kHeight - kBottom - 0.7);
      out += fmt::format(R"(<rect x="{:.2f}" y="{:.1f}" width="{:.2f}" height="{:.1f}" fill="{}"/>)",
                         frame.x(i) + frame.slot() * 0.08, top, frame.slot() * 0.84, kHeight - kBottom - top,
                         html_text(each.color));
    }
  }
  for (std::size_t i = 0; i < frame.count; ++i) add_tip(out, axis, frame, series, i);
  return out += "</svg>\n";
}

std::string line_plot(const PlotAxis& axis, std::span<const PlotSeries> series, bool gaps) {
  const Frame frame = frame_of(axis, series);
  std::string out;
  begin(out, axis, frame, series);
  for (const auto& each : series) add_line(out, frame, each, gaps);
  for (std::size_t i = 0; i < frame.count; ++i) add_tip(out, axis, frame, series, i);
  return out += "</svg>\n";
}

}  // namespace weir
