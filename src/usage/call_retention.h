// Forgets days of the call log that are past their time, or beyond the room usage may take.
//
// One thread for `step`; `set` and `kept_from` may be called by any.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "store/store.h"

namespace weir {

struct CallRetention {
  std::optional<Seconds> calls = Seconds(std::chrono::days(7));  // none: for ever
  std::uint64_t max_bytes = 0;  // of the call log and weir.db together; 0: no bound. The newest day stays
  friend bool operator==(const CallRetention&, const CallRetention&) = default;
};

class CallRetentionKeeper {
 public:
  /// `store` outlives it.
  explicit CallRetentionKeeper(Store& store) : store_(store) {}

  void set(const CallRetention& retention);
  /// The first moment whose calls are kept; none: all are. Any thread.
  [[nodiscard]] std::optional<UtcTime> kept_from(UtcTime now);

  /// Removes at most one day; true: one is gone, there may be more. A day somebody reads or writes waits for
  /// the next step. Blocks on the file system.
  [[nodiscard]] Result<bool> step(UtcTime now);

 private:
  Store& store_;
  std::mutex mutex_;
  CallRetention retention_;  // guarded by mutex_
};

}  // namespace weir
