// The reactor behind a Loop, for the files of net only.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/clock.h"
#include "net/readiness.h"

namespace weir::net {

using Socket = boost::asio::generic::stream_protocol::socket;

/// A link in the loop's list of things that wait. `expire` is called every tick: a deadline fires at
/// most kDeadlineTick late, and setting one costs one store.
class DeadlineNode {
 public:
  DeadlineNode() = default;
  DeadlineNode(const DeadlineNode&) = delete;
  DeadlineNode& operator=(const DeadlineNode&) = delete;
  virtual ~DeadlineNode() { unlink(); }
  virtual void expire(Instant now) = 0;
  /// The loop ends: what waits on this must end soon.
  virtual void abandon() = 0;

 protected:
  void link_behind(DeadlineNode& head) {
    next_ = head.next_;
    previous_ = &head;
    if (next_ != nullptr) next_->previous_ = this;
    head.next_ = this;
  }
  void unlink() {
    if (previous_ != nullptr) previous_->next_ = next_;
    if (next_ != nullptr) next_->previous_ = previous_;
    previous_ = next_ = nullptr;
  }

 private:
  friend class LoopContext;
  DeadlineNode* previous_ = nullptr;
  DeadlineNode* next_ = nullptr;
};

inline constexpr Millis kDeadlineTick{200};
/// How long the end of a loop waits for its tasks.
inline constexpr Seconds kAbandonMost{2};
/// Ready sockets are looked for again at once after so many, as more became ready meanwhile …
inline constexpr std::size_t kReadyMany = 4;
/// … but so often only before timers and what was posted have their turn.
inline constexpr int kReadyRounds = 4;

class LoopContext {
 public:
  explicit LoopContext(const Clock& clock)
      : io(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO),
        ready_descriptor_(io, readiness.native_handle()),
        clock_(clock),
        tick_(io) {}
  LoopContext(const LoopContext&) = delete;
  LoopContext& operator=(const LoopContext&) = delete;
  ~LoopContext() { ready_descriptor_.release(); }

  boost::asio::io_context io;
  /// Of plain sockets. Asio waits for it as for one descriptor more: a socket's event costs no operation of
  /// Asio's and no call that finds nothing.
  Readiness readiness;

  void start_watching() {
    ready_descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                                 [this](boost::system::error_code error) {
                                   if (error) return;
                                   for (int i = 0; i < kReadyRounds; ++i) {
                                     if (readiness.dispatch() < kReadyMany) break;
                                   }
                                   start_watching();
                                 });
  }

  /// Expires what is due, now and every tick.
  void start_ticking() {
    const Instant now = clock_.instant();
    for (DeadlineNode* node = deadlines_.next_; node != nullptr;) {
      DeadlineNode* next = node->next_;
      node->expire(now);
      node = next;
    }
    tick_.expires_after(kDeadlineTick);
    tick_.async_wait([this](boost::system::error_code error) {
      if (!error) start_ticking();
    });
  }

  /// Ends everything that waits and runs it to its end, so that no task is left behind.
  void abandon_all() {
    tick_.cancel();
    boost::system::error_code ignored;
    ready_descriptor_.cancel(ignored);
    for (DeadlineNode* node = deadlines_.next_; node != nullptr; node = node->next_) node->abandon();
    io.restart();
    io.run_for(kAbandonMost);
  }

  [[nodiscard]] DeadlineNode& deadlines() { return deadlines_; }

 private:
  struct Head final : DeadlineNode {
    void expire(Instant) override {}
    void abandon() override {}
  };

  boost::asio::posix::stream_descriptor ready_descriptor_;
  const Clock& clock_;
  boost::asio::steady_timer tick_;
  Head deadlines_;
};

}  // namespace weir::net
