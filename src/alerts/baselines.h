// What is normal for each key, and for everything, in the current hour.
//
// Normal calls are the median of the same hour of the week over the weeks before (robust to outliers); while
// there are fewer than two such hours since the key was first seen, an exponentially weighted mean of the
// hours before. Normal sources are the weighted mean. Not thread-safe. Bounded by the keys seen within four
// weeks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>

#include "alerts/hour_history.h"
#include "model/alert_settings.h"

namespace weir {

struct Baseline {
  BaselineKind kind = BaselineKind::kNone;  // none: too little history
  double calls_per_hour = 0;
  double sources_per_hour = 0;
};

class Baselines {
 public:
  /// `counts` of `hour` are complete: they become history, and normal is found anew for the hour after.
  void close_hour(AlertHour hour, const HourCounts& counts, const UsageSpikeRule& rule, HourHistory& history);
  /// An hour of history, without finding what is normal after it: `prepare` must follow.
  void learn(AlertHour hour, const HourCounts& counts, const UsageSpikeRule& rule);
  /// Finds normal for `hour` from history again, after `restore`.
  void prepare(AlertHour hour, const UsageSpikeRule& rule, const HourHistory& history);

  /// Of a key (0: everything) in the hour last prepared.
  [[nodiscard]] Baseline of(std::uint32_t key, const UsageSpikeRule& rule) const;

  void encode(std::string& out) const;
  [[nodiscard]] static bool take(std::string_view& data, Baselines& baselines);

 private:
  struct Normal {
    AlertHour first_hour = 0;  // seen first
    AlertHour last_hour = 0;   // with calls
    double mean_calls = 0;
    double mean_sources = 0;
    float median_calls = 0;     // of the same hour of the week
    std::uint16_t samples = 0;  // hours the median is of
  };
  boost::unordered_flat_map<std::uint32_t, Normal> keys_;
  AlertHour hour_ = 0;  // prepared for
};

}  // namespace weir
