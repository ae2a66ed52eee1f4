// Which of a loop's sockets can be read or written: one edge-triggered epoll instance.
//
// For the files of net only. Belongs to one loop and its thread. A socket costs one system call when it comes
// and none while it is used: reads and writes are tried when they are known to go, not to find out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <sys/epoll.h>

#include "base/file.h"

namespace weir::net {

/// What is told when its socket becomes ready.
class Watched {
 public:
  /// `events` as of epoll_wait(2). May end this or any other watched socket.
  virtual void on_ready(std::uint32_t events) = 0;

 protected:
  ~Watched() = default;
};

class Readiness {
 public:
  /// Throws std::system_error when the process has no descriptor left.
  Readiness();

  /// Tells of what can be read and of the peer's end, from now on; what is there already is told first.
  /// False: the system watches no more sockets.
  [[nodiscard]] bool add(int fd, Watched& watched);
  /// Tells of room to write too; of all that holds now, once more. A Unix socket tells of room after every
  /// read of its peer, so only those that wait for it ask.
  void watch_writing(int fd, Watched& watched);
  /// Tells once more of what can be read now.
  void tell_again(int fd, Watched& watched, bool writing);
  void remove(int fd, Watched& watched);
  /// The socket is about to be closed, which ends the watching of it: nothing more is told.
  void forget(Watched& watched);

  /// Tells all that is known now, without waiting. Returns how many sockets that were.
  std::size_t dispatch();

  /// Readable while there is something to dispatch.
  [[nodiscard]] int native_handle() const { return epoll_.get(); }

 private:
  static constexpr std::size_t kBatch = 128;

  UniqueFd epoll_;
  std::array<epoll_event, kBatch> events_;
  std::size_t next_ = 0;   // of events_, to be told
  std::size_t count_ = 0;  // of events_
};

}  // namespace weir::net
