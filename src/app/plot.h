// Numbers as small pictures of text. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace weir {

/// One block a value, its height the value's part of the largest: "▁▃█"; a blank for 0 or less. At most
/// `width` characters: then neighbours share one, the largest of them. 0: one for each.
[[nodiscard]] std::string sparkline(std::span<const double> values, std::size_t width = 0);

/// A bar `width` characters long when `value` is `largest`, to an eighth of a character; at least an eighth
/// for what is above 0.
[[nodiscard]] std::string bar(double value, double largest, std::size_t width);

}  // namespace weir
