// Calls from before weir, counted by hour and key: history that makes normal known from the first day on.
//
// Not thread-safe. Bounded by the hours and keys of what was added since the last `merge`.
#pragma once

#include <map>

#include "alerts/hour_tally.h"

namespace weir {

class ImportedHours {
 public:
  void add(const UsageRecord& record);
  [[nodiscard]] bool empty() const { return hours_.empty(); }
  /// Adds what was counted to `history`, but for hours before `from`, and is empty then. A key's sources of
  /// an hour in several merges are those of the merge with the most.
  void merge(HourHistory& history, AlertHour from);

 private:
  std::map<AlertHour, HourTally> hours_;
  AlertHour last_hour_ = 0;
  HourTally* last_ = nullptr;  // of last_hour_: logs are in order, nearly
};

}  // namespace weir
