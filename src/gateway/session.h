// One client connection: its requests, one after the other, each through the phases
// read_head → identify → admit → forward → respond → record.
#pragma once

#include <memory>

#include "gateway/answer.h"
#include "gateway/client_connection.h"
#include "gateway/worker.h"

namespace weir {

/// Belongs to its worker's thread; owned by the task that serves it.
class Session {
 public:
  /// Serves the connection to its end.
  [[nodiscard]] static net::Task<void> serve(Worker& worker, net::Stream stream);

  Session(Worker& worker, net::Stream stream);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Ends the connection if no request is in flight; otherwise it ends after the one that is.
  void end_if_idle();
  /// Other settings are in force: an idle connection must not keep the old ones, nor what hangs on them.
  void let_go_of_settings();
  void abort() { client_.stream.abort(); }

 private:
  net::Task<void> run();
  net::Task<bool> read_head();
  net::Task<void> refuse_late_head();
  net::Task<void> refuse_head(const net::ParseStatus& parsed);
  void begin_request();
  void take_request_id();
  net::Task<void> handle();
  net::Task<void> tell_usage();
  net::Task<void> refuse(Refusal refusal);
  net::Task<void> send_own();
  bool skip_unread_body();
  net::Task<void> linger();

  Worker& worker_;
  std::shared_ptr<ActiveSettings> active_;
  ClientConnection client_;
  SessionLink link_;
  bool idle_ = true;
};

}  // namespace weir
