#include "app/plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace weir {
namespace {

constexpr std::array<std::string_view, 9> kHeights = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 8> kParts = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

}  // namespace

std::string sparkline(std::span<const double> values, std::size_t width) {
  if (values.empty()) return {};
  if (width == 0) width = values.size();
  width = std::min(width, values.size());
  const double largest = *std::max_element(values.begin(), values.end());
  std::string out;
  for (std::size_t i = 0; i < width; ++i) {
    const std::size_t from = i * values.size() / width;
    const std::size_t to = (i + 1) * values.size() / width;
    const double value = *std::max_element(values.begin() + static_cast<std::ptrdiff_t>(from),
                                           values.begin() + static_cast<std::ptrdiff_t>(to));
    const double part = largest > 0 && value > 0 ? std::ceil(value / largest * 8) : 0;
    out += kHeights[static_cast<std::size_t>(std::clamp(part, 0.0, 8.0))];
  }
  return out;
}

std::string bar(double value, double largest, std::size_t width) {
  if (!(value > 0) || !(largest > 0)) return {};
  const double eighths = std::min(1.0, value / largest) * static_cast<double>(width) * 8;
  const auto count = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(eighths)));
  std::string out;
  for (std::size_t i = 0; i < count / 8; ++i) out += kHeights[8];
  return out += kParts[count % 8];
}

}  // namespace weir
