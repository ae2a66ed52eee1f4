// Calls by the second they ended in, until those seconds are over. Not thread-safe.
#pragma once

#include <map>
#include <optional>
#include <utility>

#include "alerts/alert_second.h"
#include "alerts/call_tally.h"

namespace weir {

class SecondTallies {
 public:
  /// Of `second`, made when there is none. Until that is taken.
  [[nodiscard]] CallTally& of(AlertSecond second) {
    if (last_ != nullptr && second == last_second_) return *last_;
    auto at = seconds_.lower_bound(second);
    if (at == seconds_.end() || at->first != second) {
      if (spare_) {
        spare_.key() = second;
        at = seconds_.insert(std::move(spare_)).position;
      } else {
        at = seconds_.try_emplace(at, second);
      }
    }
    last_second_ = second;
    last_ = &at->second;
    return *last_;
  }
  [[nodiscard]] bool empty() const { return seconds_.empty(); }
  /// When not empty.
  [[nodiscard]] AlertSecond first() const { return seconds_.begin()->first; }
  /// The first one's calls: it is gone then.
  [[nodiscard]] WindowDelta take_first() {
    spare_ = seconds_.extract(seconds_.begin());
    last_ = nullptr;
    return spare_.mapped().take();
  }

 private:
  std::map<AlertSecond, CallTally> seconds_;
  AlertSecond last_second_ = 0;
  CallTally* last_ = nullptr;  // of it: nearly every call is in the same second as the one before
  std::map<AlertSecond, CallTally>::node_type spare_;  // with the memory of a second before
};

}  // namespace weir
