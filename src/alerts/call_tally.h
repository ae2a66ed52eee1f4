// The calls that ended within one second, until they are a WindowDelta.
//
// A call is sixteen bytes at the end of a list; who made which is sorted out once, when the second is over:
// many calls of few keys are looked up nowhere. Not thread-safe. At most kCallsMax calls.
#pragma once

#include <cstdint>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "alerts/window_delta.h"

namespace weir {

class CallTally {
 public:
  static constexpr std::size_t kCallsMax = std::size_t{1} << 22;

  /// `endpoint` none: the call counts for no endpoint. Not when it is full.
  void add(const UsageRecord& record, EndpointId endpoint, bool is_error);
  [[nodiscard]] std::size_t calls() const { return calls_.size(); }
  [[nodiscard]] bool is_full() const { return calls_.size() == kCallsMax; }

  /// What was added, whatever the order; then it is empty, and keeps its memory for the next second.
  [[nodiscard]] WindowDelta take();

 private:
  struct Call {
    std::uint32_t key = 0;
    std::uint32_t endpoint = 0;
    std::uint16_t slowness = 0;  // rises as buckets fall; 0: no response time
    std::uint8_t limited_window = kNoWindow;
    std::uint8_t source = 0;        // mark_of
    std::uint8_t unknown_path = 0;  // mark_of, when is_unknown
    bool is_error : 1 = false;
    bool is_refused : 1 = false;
    bool is_limited : 1 = false;
    bool is_unknown : 1 = false;
  };
  static_assert(sizeof(Call) == 16);

  /// Sorts order_ by a subject, then by falling response time, then as they came.
  void sort_by(std::uint32_t Call::*subject);
  /// The calls of order_ from `from` that are of one subject; moves `from` behind them.
  void collect(std::size_t& from, WindowDelta::Part& part) const;

  OverallDelta overall_;
  std::vector<Call> calls_;
  boost::unordered_flat_map<RefusedSubject, RefusalCounts, boost::hash<RefusedSubject>> refusals_;
  std::vector<std::uint64_t> order_;  // subject, slowness, place in calls_
  std::vector<std::uint64_t> room_;
  std::size_t keys_ = 0;  // of the second before: the next one is alike
};

}  // namespace weir
