// Idle keep-alive connections to one upstream. Belongs to one loop.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>

#include "base/clock.h"
#include "net/buffer.h"
#include "net/stream.h"

namespace weir::net {

/// A connection to an upstream with what was read from it and not yet used.
struct Connection {
  static constexpr std::size_t kReadBytes = 16U << 10;

  explicit Connection(Stream connected) : stream(std::move(connected)), in(kReadBytes) {}

  Stream stream;
  Buffer in;
  bool reused = false;  // it has carried a request before: it may have been closed meanwhile
  Instant idle_since{};
};

class ConnectionPool {
 public:
  ConnectionPool(std::size_t idle_max, Nanos idle_lifetime)
      : idle_max_(idle_max), idle_lifetime_(idle_lifetime) {}

  /// The connection used last, or none. Those idle for too long are closed on the way.
  [[nodiscard]] std::unique_ptr<Connection> acquire(Instant now) {
    if (idle_.empty()) return nullptr;
    evict(now);
    if (idle_.empty()) return nullptr;
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  /// Keeps a connection whose last answer is read to its end; closes the oldest beyond the bound.
  void release(std::unique_ptr<Connection> connection, Instant now) {
    connection->reused = true;
    connection->idle_since = now;
    connection->stream.set_read_deadline(Instant::max());
    connection->stream.set_write_deadline(Instant::max());
    idle_.push_back(std::move(connection));
    if (idle_.size() > idle_max_) idle_.pop_front();
  }

  void evict(Instant now) {
    while (!idle_.empty() && now - idle_.front()->idle_since > idle_lifetime_) idle_.pop_front();
  }

  [[nodiscard]] std::size_t idle() const { return idle_.size(); }

 private:
  std::size_t idle_max_;
  Nanos idle_lifetime_;
  std::deque<std::unique_ptr<Connection>> idle_;  // longest idle first; at most idle_max_
};

}  // namespace weir::net
