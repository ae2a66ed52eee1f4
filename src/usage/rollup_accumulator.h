// Adds calls up, minute by minute: what a commit of the pipeline writes beside its positions.
//
// Not thread-safe. However calls are split into runs, and in whatever order they come, the deltas of all runs
// together add up to the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/log_histogram.h"
#include "model/usage_record.h"
#include "store/rollup_store.h"

namespace weir {

class RollupAccumulator {
 public:
  /// Counts a call in the minute of its own `at`. `endpoint`: of its template.
  void add(const UsageRecord& record, EndpointId endpoint);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  void clear();

  /// A delta for each minute there were calls in, in order. Breathes in
  /// between.
  [[nodiscard]] std::vector<RollupDelta> deltas();

 private:
  /// Of a row: `high` orders keys and endpoints, `low` has the minute above method, status and outcome.
  struct Place {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend bool operator==(const Place&, const Place&) = default;
  };
  struct PlaceHash {
    using is_avalanching = void;
    std::size_t operator()(const Place& place) const noexcept;
  };
  struct Row {
    Place place;
    RollupRow row;
    std::size_t first_sample = 0;
    std::size_t samples = 0;
  };
  /// Durations of a call, kept until the row's histograms are made.
  struct Sample {
    std::uint32_t row = 0;
    Micros response{};
    Micros upstream{};
  };

  void sort_samples();
  void encode_row(const Row& row, RollupPartBuilder& builder);

  boost::unordered_flat_map<Place, std::uint32_t, PlaceHash> index_;
  std::vector<Row> rows_;
  std::vector<Sample> samples_;
  std::vector<Sample> sorted_samples_;  // by row
  LogHistogram histogram_;
  std::string response_;
  std::string upstream_;
};

}  // namespace weir
