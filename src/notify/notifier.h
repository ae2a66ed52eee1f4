// Delivers: reads the outbox's events, makes messages of them, sends these, records every attempt.
//
// At least once: an attempt is recorded after it was made, so a kill between the two repeats one message,
// with the id it had. The store is the state; what is in memory is made anew from it.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "notify/grouper.h"
#include "notify/sender.h"
#include "notify/settings.h"
#include "store/outbox_store.h"

namespace weir {

/// Attempts of one channel at the same time.
inline constexpr std::size_t kChannelInFlightMax = 4;
/// Ended deliveries are kept this long.
inline constexpr std::chrono::days kDeliveriesKept{90};

/// "msg_…", never the same twice.
[[nodiscard]] std::string new_message_id();

/// Attempts of one channel since the start, by what came of them.
struct ChannelCounts {
  std::uint64_t delivered = 0;
  std::uint64_t failed = 0;  // tried again later
  std::uint64_t dead = 0;    // given up
};

struct ChannelStatus {
  ChannelSettings settings;
  std::optional<DisabledChannel> disabled;
  ChannelCounts counts;
};

/// What a channel answered to a test message.
struct ChannelTest {
  bool delivered = false;
  std::uint16_t status_code = 0;
  Micros took{0};
  std::string detail;  // why not
  std::string answer;  // the answer's first bytes
};

class Notifier {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Notifier>> create(NotifySettings settings, OutboxStore& outbox,
                                                                std::string user_agent);

  /// One round without waiting for the network: records what ended, groups what is new, starts what is due.
  /// On an error nothing is lost, and the next step tries the same. One thread, that of `wait`.
  [[nodiscard]] Result<void> step(UtcTime now);
  /// How long from `now` until something becomes due by time alone, at most `most`. Events that come are told
  /// by `wake`.
  [[nodiscard]] Millis until_due(UtcTime now, Millis most) const;
  /// Waits for the network, at most `patience` or until `wake`.
  void wait(Millis patience);
  /// Records what ended, and begins nothing: for the end of the process.
  [[nodiscard]] Result<void> settle(UtcTime now) { return record_finished(now); }
  /// Attempts under way.
  [[nodiscard]] std::size_t in_flight() const { return flights_.size(); }

  // Any thread.
  void wake() { sender_->wake(); }
  /// In force from the next step on. Checked before (`problems_of`).
  void reconfigure(NotifySettings settings);
  /// The newest given, with their secrets.
  [[nodiscard]] NotifySettings settings() const;
  [[nodiscard]] Result<std::vector<ChannelStatus>> channels();
  /// Sends one test message now and waits for the answer, at most kAttemptTimeout and a bit. A channel that
  /// takes it is enabled again. kNotFound.
  [[nodiscard]] Result<ChannelTest> test(const std::string& channel, const std::string& environment,
                                         UtcTime now);
  /// OutboxStore::resend, seen at once.
  [[nodiscard]] Result<Delivery> resend(DeliveryId id, UtcTime now);
  /// Stores a step of somebody else's, whose deliveries are seen at once.
  [[nodiscard]] Result<void> post(OutboxStep& step);
  [[nodiscard]] std::map<std::string, ChannelCounts> counts() const;

 private:
  struct Flight {
    Delivery delivery;
    bool mail = false;
  };

  Notifier(NotifySettings settings, OutboxStore& outbox, std::string user_agent,
           std::unique_ptr<Sender> sender);

  Result<void> take_settings(UtcTime now);
  Result<void> load();
  Result<void> record_finished(UtcTime now);
  Result<void> record(const Flight& flight, const AttemptOutcome& outcome, UtcTime now);
  Result<void> read_events();
  Result<void> make_deliveries(UtcTime now);
  Result<void> start_due(UtcTime now);
  Result<void> prune(UtcTime now);
  void count(const std::string& channel, std::uint64_t ChannelCounts::*which);

  OutboxStore& outbox_;
  const std::string user_agent_;
  const std::unique_ptr<Sender> sender_;
  NotifySettings settings_;         // in force; of the step's thread
  std::optional<Grouper> grouper_;  // none: to be made from the store
  std::set<std::string> disabled_;
  std::uint64_t read_through_ = 0;  // events given to grouper_
  std::uint64_t logged_through_ = 0;
  std::uint64_t stored_logged_ = 0;
  std::uint64_t stored_done_ = 0;
  std::map<std::uint64_t, Flight> flights_;  // by delivery
  std::vector<Finished> finished_;           // not yet recorded
  std::optional<UtcTime> next_due_;          // of pending deliveries
  std::atomic<bool> look_again_{true};       // next_due_ may be wrong
  UtcTime pruned_at_{};
  std::minstd_rand random_;

  mutable std::mutex mutex_;
  std::optional<NotifySettings> wanted_;         // guarded by mutex_
  NotifySettings shown_;                         // guarded by mutex_: the newest given
  std::map<std::string, ChannelCounts> counts_;  // guarded by mutex_
};

}  // namespace weir
