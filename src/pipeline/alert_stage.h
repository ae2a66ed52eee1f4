// Alerting as a stage of the pipeline: counts stored calls, evaluates, and hands over what must be committed
// with the journals' positions.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alerts/alert_engine.h"
#include "alerts/alert_text.h"
#include "alerts/imported_hours.h"
#include "base/result.h"
#include "pipeline/alert_desk.h"
#include "store/alert_store.h"

namespace weir {

/// What the stage works with; all outlive it. Functions are called on the pipeline's thread; one that is
/// missing knows nothing.
struct AlertStageParts {
  AlertStore& store;
  AlertDesk& desk;
  std::string environment;
  AlertSettings settings;  // in force until others are set through the API
  /// Reads a document of settings as it was stored.
  std::function<Result<AlertSettings>(std::string_view)> parse_settings;
  AlertDirectory directory;
  AlertNames names;
  /// How much of their limits keys have used now.
  std::function<std::vector<LimitUse>(const std::vector<KeyId>&)> limit_use;
  /// Active keys that expire within so many days; asked every ten seconds.
  std::function<std::vector<KeyExpiry>(double days)> expiring;
  std::function<std::uint64_t()> dropped;                // records the journals dropped since the start
  std::function<std::vector<ChannelHealth>()> channels;  // asked every ten seconds
  std::function<void(const AlertEvent&)> changed;        // committed; for those who watch
  std::function<void()> outbox_filled;                   // committed: there is something to deliver
};

/// Alerts that are not resolved, by type and severity (0: warning, 1: critical).
using FiringCounts = std::array<std::array<std::uint32_t, 2>, kAlertTypes>;

/// Pipeline thread only, but for `firing`. Deterministic: the same calls in the same seconds give the same
/// commits, whatever became of a process between two of them.
class AlertStage {
 public:
  /// Takes up what the store has. kCorrupt; what the store answers.
  [[nodiscard]] static Result<std::unique_ptr<AlertStage>> create(AlertStageParts parts);
  ~AlertStage();

  /// A call that is in the call log.
  void add(const UsageRecord& record, EndpointId endpoint) { engine_->add(record, endpoint); }

  /// An imported call that is in the call log: history, never judged.
  void add_history(const UsageRecord& record) {
    imported_.add(record);
    history_grew_ = true;
  }

  /// Evaluates up to `until`: calls that ended before were added.
  void advance(UtcTime until, UtcTime now);
  /// Runs what waits at the desk; answers come with `committed`.
  void run_requests();
  /// Something happened that does not wait for the next commit of calls.
  [[nodiscard]] bool urgent() const { return urgent_; }
  /// Settings of the configuration, in force unless others were set through the API. Any thread.
  [[nodiscard]] Result<void> set_configured(AlertSettings settings);

  /// What to commit: everything since the last `committed`. Called again it says the same, unless something
  /// was added meanwhile.
  [[nodiscard]] const AlertCommit& prepare();
  /// Whether the store has what `prepare` said last: for a commit whose answer was lost.
  [[nodiscard]] Result<bool> is_stored() const;
  /// It is on the disk: requests are answered, watchers told.
  void committed();

  [[nodiscard]] FiringCounts firing() const;

 private:
  class StoreHistory;

  explicit AlertStage(AlertStageParts parts);
  [[nodiscard]] Result<void> load();
  void note(AlertEvent event);
  void collect_inputs(AlertSecond second);
  [[nodiscard]] std::uint64_t dropped_within(AlertSecond second);
  void look_through();
  void learn_history(UtcTime now);

  AlertStageParts parts_;
  AlertCommit commit_;                // what the next commit has
  std::map<AlertId, AlertRow> rows_;  // of it: alerts, each as it is now
  std::unique_ptr<StoreHistory> history_;
  std::unique_ptr<AlertEngine> engine_;
  bool api_settings_ = false;       // set through the API: they win
  std::vector<AlertEvent> events_;  // in commit_
  std::vector<std::pair<AlertDesk::WaitingPtr, AlertChange>> answers_;
  bool urgent_ = false;
  ImportedHours imported_;                  // not in commit_ yet
  bool history_grew_ = false;               // since the last look
  std::optional<UtcTime> history_grew_at_;  // not learnt yet
  bool prepared_ = false;                   // since the last committed: its number is taken

  std::vector<KeyExpiry> expiring_;
  std::vector<ChannelHealth> channels_;
  AlertSecond channels_asked_ = 0;
  AlertSecond expiring_asked_ = 0;
  std::uint64_t dropped_total_ = 0;
  std::vector<std::pair<AlertSecond, std::uint64_t>> drops_;  // within the rule's window
  std::array<std::array<std::atomic<std::uint32_t>, 2>, kAlertTypes> firing_{};
};

}  // namespace weir
