// Carries a request's body to the upstream while its answer may already be on the way.
#pragma once

#include <optional>
#include <string>

#include "gateway/client_connection.h"
#include "model/outcome.h"
#include "net/connection_pool.h"
#include "net/event.h"
#include "net/loop.h"

namespace weir {

/// Reads, checks and forwards a body piece by piece: no more than one read is held, so that a slow upstream
/// slows the client. One body; must be joined before either connection goes.
class RequestBodyPump {
 public:
  struct Bounds {
    std::uint64_t body_bytes;  // 0: none
    Seconds read_timeout;      // without a byte from the client
    Seconds write_timeout;     // without the upstream taking one
  };

  RequestBodyPump(net::Loop& loop, ClientConnection& client, net::Connection& upstream, Bounds bounds)
      : loop_(loop), client_(client), upstream_(upstream), bounds_(bounds) {}

  void start() { loop_.spawn(run()); }
  [[nodiscard]] bool is_done() const { return done_.is_set(); }
  /// Ends what is still being carried: the answer is complete, or nobody wants the rest.
  void cancel();
  [[nodiscard]] net::Event& done() { return done_; }
  /// The whole body went to the upstream.
  [[nodiscard]] bool is_complete() const { return complete_; }
  /// Why the client's body could not be taken to its end; the upstream connection was aborted for it. Nothing
  /// while it goes well, nor when only the upstream would not take it.
  [[nodiscard]] std::optional<Outcome> failure() const { return failure_; }

 private:
  net::Task<void> run();
  net::Task<void> carry();
  net::Task<bool> fill();
  net::Task<bool> forward(std::string_view data, bool last);
  void fail(Outcome outcome);

  net::Loop& loop_;
  ClientConnection& client_;
  net::Connection& upstream_;
  Bounds bounds_;
  std::string chunk_head_;
  std::string tail_;
  std::optional<Outcome> failure_;
  bool complete_ = false;
  bool cancelled_ = false;
  net::Event done_;
};

}  // namespace weir
