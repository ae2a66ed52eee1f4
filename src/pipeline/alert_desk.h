// Where other threads ask something of the alerts: their requests run on the pipeline's thread, between two
// evaluations, and are answered once what they changed is on the disk.
//
// Thread-safe. Bounded: kDeskMax requests wait; more are refused.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "alerts/alert_book.h"
#include "base/result.h"
#include "store/alert_store.h"

namespace weir {

class AlertEngine;

/// What a request changed; nothing: it only asked, and is answered without waiting for the disk.
struct AlertChange {
  std::optional<AlertEvent> event;           // of one alert
  std::optional<Silence> silence;            // made or ended
  std::optional<AlertSettingsRow> settings;  // a new version; its number is given when it is stored
  std::optional<AuditEntry> audit{};         // what the audit log says of it
  std::function<void()> stored{};            // called on the pipeline's thread when it is on the disk
};

/// Runs with the engine to itself; must not block for long. Holds what it needs: who asked may be gone.
using AlertRequest = std::function<Result<AlertChange>(AlertEngine& engine)>;

class AlertDesk {
 public:
  static constexpr std::size_t kDeskMax = 1000;

  /// Runs `request` and waits, at most `patience`, until it is answered. kUnavailable: nobody answered in
  /// time: the change may still be made, or was withdrawn; kFull.
  [[nodiscard]] Result<AlertChange> ask(AlertRequest request, Millis patience);

  /// Nobody will answer any more: who waits is told, and whoever comes.
  void close();

  struct Waiting {
    AlertRequest request;
    std::optional<Result<AlertChange>> answer;  // guarded by the desk's mutex
  };
  using WaitingPtr = std::shared_ptr<Waiting>;

  /// The pipeline's side: takes what waits. Each must be answered.
  [[nodiscard]] std::vector<WaitingPtr> take();
  void answer(const WaitingPtr& waiting, Result<AlertChange> answer);

 private:
  std::mutex mutex_;
  std::condition_variable answered_;
  std::deque<WaitingPtr> waiting_;  // guarded by mutex_
  bool closed_ = false;             // guarded by mutex_
};

}  // namespace weir
