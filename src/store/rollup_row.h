// A row of a roll-up: the calls of a period that have everything in common that its cut keeps.
//
// Plain values.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>

namespace weir {

/// The same calls added up by different questions: what a cut leaves out, its rows need not be read for.
/// Stored: never renumbered.
enum class RollupCut : std::uint8_t {
  kTotals = 0,           // by method, status, outcome
  kKeys = 1,             // by key alone
  kKeyDetail = 2,        // by key; method, status, outcome
  kEndpoints = 3,        // by endpoint; method, status, outcome
  kPairs = 4,            // by key; endpoint, method, status, outcome: everything; every block has it
  kPairsByEndpoint = 5,  // the same rows by endpoint, then key
  kUsers = 6,            // by the keys' owner alone, which stands in the key's place
};
inline constexpr std::size_t kRollupCuts = 7;

/// What a row's calls have in common; 0 where the cut leaves it out.
struct RollupDims {
  std::uint32_t key = 0;
  std::uint32_t endpoint = 0;
  std::uint8_t method = 0;
  std::uint16_t status = 0;
  std::uint8_t outcome = 0;
  friend bool operator==(const RollupDims&, const RollupDims&) = default;
};

/// How rows of a cut are ordered: two words, compared one after the other.
struct RollupOrderKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const RollupOrderKey&, const RollupOrderKey&) = default;
};

[[nodiscard]] constexpr RollupOrderKey rollup_order(RollupCut cut, const RollupDims& dims) {
  const std::uint64_t low = static_cast<std::uint64_t>(dims.method) << 24 |
                            static_cast<std::uint64_t>(dims.status) << 8 | dims.outcome;
  if (cut == RollupCut::kPairsByEndpoint) {
    return {static_cast<std::uint64_t>(dims.endpoint) << 32 | dims.key, low};
  }
  return {static_cast<std::uint64_t>(dims.key) << 32 | dims.endpoint, low};
}

/// The dimension a cut's rows are first ordered by: what its parts are found by.
[[nodiscard]] constexpr std::uint32_t rollup_leading(RollupCut cut, const RollupDims& dims) {
  return cut == RollupCut::kEndpoints || cut == RollupCut::kPairsByEndpoint ? dims.endpoint : dims.key;
}

/// What the calls add up to. Durations in microseconds. `errors` to `refused` follow from status and outcome
/// where the cut has those.
struct RollupMeasures {
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;
  std::uint64_t client_errors = 0;
  std::uint64_t limited = 0;
  std::uint64_t refused = 0;
  std::uint64_t shadow_limited = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t response_count =
      0;  // calls whose response time was measured: all but some that were imported
  std::uint64_t response_sum = 0;
  std::uint64_t response_max = 0;
  std::uint64_t upstream_count = 0;  // calls an upstream answered
  std::uint64_t upstream_sum = 0;
  std::uint64_t upstream_max = 0;

  void merge(const RollupMeasures& other) {
    requests += other.requests;
    errors += other.errors;
    client_errors += other.client_errors;
    limited += other.limited;
    refused += other.refused;
    shadow_limited += other.shadow_limited;
    bytes_in += other.bytes_in;
    bytes_out += other.bytes_out;
    response_count += other.response_count;
    response_sum += other.response_sum;
    response_max = std::max(response_max, other.response_max);
    upstream_count += other.upstream_count;
    upstream_sum += other.upstream_sum;
    upstream_max = std::max(upstream_max, other.upstream_max);
  }
  friend bool operator==(const RollupMeasures&, const RollupMeasures&) = default;
};

struct RollupRow {
  RollupDims dims;
  RollupMeasures measures;
};

/// Sets the measures that follow from what the row's calls have in common.
void derive_measures(const RollupDims& dims, RollupMeasures& measures);

/// Whether the cut keeps status and outcome, so that the measures that follow from them are not stored.
[[nodiscard]] constexpr bool has_status(RollupCut cut) {
  return cut != RollupCut::kKeys && cut != RollupCut::kUsers;
}

}  // namespace weir
