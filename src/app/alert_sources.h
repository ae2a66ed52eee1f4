// What the alerts learn from the running parts of weir beside the calls: limits, keys, journals, channels.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "journal/journal.h"
#include "keys/key_directory.h"
#include "limits/limiter.h"
#include "model/limit_settings.h"
#include "pipeline/alert_stage.h"
#include "store/store.h"
#include "usage/endpoint_names.h"

namespace weir {

/// The limits' windows in force, for whoever shows or judges them. Thread-safe.
class CurrentWindows {
 public:
  explicit CurrentWindows(std::vector<LimitWindow> windows) : windows_(std::move(windows)) {}

  void set(std::vector<LimitWindow> windows) {
    const std::lock_guard lock(mutex_);
    windows_ = std::move(windows);
  }
  [[nodiscard]] std::vector<LimitWindow> all() const {
    const std::lock_guard lock(mutex_);
    return windows_;
  }
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  mutable std::mutex mutex_;
  std::vector<LimitWindow> windows_;  // guarded by mutex_
};

/// All of them outlive the stage.
struct AlertSources {
  const Clock& clock;
  Store& store;
  const KeyDirectory& keys;
  Limiter& limiter;
  const CurrentWindows& windows;
  std::vector<Journal*> journals;
  std::function<SharedEndpointNames()> endpoints;
};

[[nodiscard]] AlertDirectory alert_directory(const AlertSources& sources);
/// Names of keys come from the store: it blocks.
[[nodiscard]] AlertNames alert_names(const AlertSources& sources);
/// Fills in what the stage asks of other parts.
void connect(AlertStageParts& parts, const AlertSources& sources);

}  // namespace weir
