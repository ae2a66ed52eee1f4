// One data-plane thread: its loop, its connections, and what its requests share. Nothing here is shared with
// another thread but the key table, the limiter and the counters, which are made for it.
#pragma once

#include <atomic>
#include <memory>
#include <random>
#include <string>

#include "gateway/active_settings.h"
#include "gateway/gateway.h"
#include "gateway/limit_headers.h"
#include "gateway/recorder.h"
#include "gateway/self_usage.h"
#include "gateway/worker_stats.h"
#include "net/connector.h"
#include "net/listener.h"
#include "net/loop.h"

namespace weir {

class Session;

/// A link in the worker's list of connections.
struct SessionLink {
  Session* session = nullptr;
  SessionLink* previous = nullptr;
  SessionLink* next = nullptr;
};

/// Connections of all threads together, for the bound on them.
using ConnectionCount = std::atomic<std::size_t>;

class Worker {
 public:
  Worker(const GatewayParts& parts, Journal& journal, std::shared_ptr<ActiveSettings> settings,
         ConnectionCount& connections, SelfUsage& self_usage);
  ~Worker();

  /// Accepts on `socket` and runs until finished draining; the calling thread is the data-plane thread.
  void run(UniqueFd socket);

  /// Any thread.
  void post_settings(std::shared_ptr<ActiveSettings> settings);
  /// Stops accepting; ends when the last request is done, or at `deadline`. Any thread.
  void post_drain(Instant deadline);
  [[nodiscard]] const WorkerStats& stats() const { return stats_; }

  // What follows is for the sessions, on the worker's thread.

  [[nodiscard]] const GatewayParts& parts() const { return parts_; }
  [[nodiscard]] net::Loop& loop() { return loop_; }
  [[nodiscard]] Instant now() const { return parts_.clock.instant(); }
  [[nodiscard]] const std::shared_ptr<ActiveSettings>& settings() const { return settings_; }
  [[nodiscard]] net::Connector& connector() { return connector_; }
  [[nodiscard]] LimitHeaders& limit_headers() { return limit_headers_; }
  [[nodiscard]] Recorder& recorder() { return recorder_; }
  [[nodiscard]] SelfUsage& self_usage() { return self_usage_; }
  [[nodiscard]] WorkerStats& stats() { return stats_; }
  /// For an answer's head between its parsing and its writing anew; no longer than to the next co_await.
  [[nodiscard]] net::ResponseHead& response_head() { return response_head_; }
  [[nodiscard]] bool is_draining() const { return draining_; }
  [[nodiscard]] Uuid new_request_id(UtcTime now);
  /// IMF-fixdate (RFC 9110, 5.6.7), made once a second.
  [[nodiscard]] const std::string& date(UtcTime now);

  void add(SessionLink& link);
  void remove(SessionLink& link);

 private:
  void accept(UniqueFd socket);
  void turn_away(UniqueFd socket);
  void drain(Instant deadline);
  net::Task<void> abort_at(Instant deadline);
  void finish_if_empty();

  const GatewayParts& parts_;
  ConnectionCount& connections_;
  SelfUsage& self_usage_;
  WorkerStats stats_;
  Recorder recorder_;
  net::Loop loop_;
  std::shared_ptr<ActiveSettings> settings_;  // its pooled connections go before the loop they are on
  net::Connector connector_;
  LimitHeaders limit_headers_;
  std::mt19937_64 random_;
  std::unique_ptr<net::Listener> listener_;
  net::ResponseHead response_head_;
  SessionLink sessions_;  // head of the list
  std::string date_;
  std::int64_t date_second_ = -1;
  bool draining_ = false;
};

}  // namespace weir
