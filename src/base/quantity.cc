#include "base/quantity.h"

#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

namespace weir {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<Unit, 6> kDurationUnits = {
    {{"y", 365ULL * 86'400'000}, {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
constexpr std::uint64_t kDurationMax = 3660ULL * 86'400'000ULL;

// The binary ones first, largest first: format_size uses the first five.
constexpr std::array<Unit, 10> kSizeUnits = {{{"TiB", 1ULL << 40},
                                              {"GiB", 1ULL << 30},
                                              {"MiB", 1ULL << 20},
                                              {"KiB", 1ULL << 10},
                                              {"B", 1},
                                              {"TB", 1'000'000'000'000},
                                              {"GB", 1'000'000'000},
                                              {"MB", 1'000'000},
                                              {"kB", 1000},
                                              {"", 1}}};

/// The number and the unit behind it as a count of the smallest unit; nothing when it is neither or too
/// large.
template <std::size_t N>
bool read_quantity(std::string_view text, const std::array<Unit, N>& units, std::uint64_t& out) {
  std::uint64_t number = 0;
  const auto [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{}) return false;
  std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const auto& candidate : units) {
    if (candidate.name != unit) continue;
    if (number > std::numeric_limits<std::uint64_t>::max() / candidate.factor) return false;
    out = number * candidate.factor;
    return true;
  }
  return false;
}

}  // namespace

Result<Millis> parse_duration(std::string_view text) {
  std::uint64_t millis = 0;
  if (text != "0" && (!read_quantity(text, kDurationUnits, millis) || millis > kDurationMax)) {
    return fail(
        ErrorCode::kInvalid,
        fmt::format("'{}' is no duration: write a whole number and ms, s, m, h, d or y, as in 30s or 24h",
                    text.substr(0, 64)));
  }
  return Millis(static_cast<std::int64_t>(millis));
}

std::string format_duration(Millis duration) {
  const auto millis = static_cast<std::uint64_t>(duration.count() < 0 ? 0 : duration.count());
  if (millis == 0) return "0s";
  for (const auto& unit : kDurationUnits) {
    if (millis % unit.factor == 0) return fmt::format("{}{}", millis / unit.factor, unit.name);
  }
  return fmt::format("{}ms", millis);
}

Result<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t bytes = 0;
  if (!read_quantity(text, kSizeUnits, bytes)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("'{}' is no size: write a whole number and KiB, MiB or GiB, as in 4GiB",
                            text.substr(0, 64)));
  }
  return bytes;
}

std::string format_size(std::uint64_t bytes) {
  if (bytes == 0) return "0";
  for (const auto& unit : kSizeUnits) {
    if (bytes % unit.factor == 0) return fmt::format("{}{}", bytes / unit.factor, unit.name);
  }
  return fmt::format("{}B", bytes);
}

}  // namespace weir
