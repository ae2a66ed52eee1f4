// A connected byte stream: TCP or a Unix socket, plain or TLS, with deadlines.
//
// Belongs to one loop and its thread. One read and one write may wait at the same time.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <sys/uio.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/ip_address.h"
#include "net/loop.h"
#include "net/task.h"
#include "net/tls.h"

namespace weir::net {

enum class IoStatus : std::uint8_t {
  kOk,
  kEof,       // the peer closed its side in order
  kTimedOut,  // the deadline passed first
  kReset,     // the connection broke, or was aborted
};

struct IoResult {
  IoStatus status = IoStatus::kOk;
  std::size_t bytes = 0;
  explicit operator bool() const { return status == IoStatus::kOk; }
};

class Stream {
 public:
  /// Takes a connected, non-blocking socket.
  Stream(Loop& loop, UniqueFd socket);
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;
  ~Stream();

  class ReadAwaiter;
  class WriteAwaiter;
  /// Reads at least one byte into [data, data + size); does not wait when bytes are known to be there.
  [[nodiscard]] ReadAwaiter read_some(char* data, std::size_t size);
  /// Writes everything; tries at once and waits only when the socket's buffer is full. The pieces and what
  /// they point to must live until it resumes; the pieces are changed.
  [[nodiscard]] WriteAwaiter write(std::span<iovec> pieces);

  /// When a waiting read or write ends with kTimedOut, at most kDeadlineTick late. No deadline at first.
  void set_read_deadline(Instant at);
  void set_write_deadline(Instant at);

  /// TLS on this stream from now on. The server side offers http/1.1 by ALPN; the client side verifies
  /// `host`.
  [[nodiscard]] Task<Result<void>> accept_tls(const TlsContext& context, Instant deadline);
  [[nodiscard]] Task<Result<void>> connect_tls(const TlsContext& context, const std::string& host,
                                               Instant deadline);

  /// Nothing more will be written; the peer reads to the end.
  void shutdown_write();
  /// Ends a waiting read with kReset; the stream stays usable for writing.
  void cancel_read();
  /// Ends waiting calls with kReset and closes. Safe at any time.
  void abort();
  /// False when the idle peer has closed or sent something unasked: one system call.
  [[nodiscard]] bool is_quiet() const;
  /// True when the peer has closed its side or is gone: one system call. What it sent before, a TLS goodbye
  /// too, hides that.
  [[nodiscard]] bool has_ended() const;
  [[nodiscard]] IpAddress peer() const;  // unknown for a Unix socket
  [[nodiscard]] bool is_tls() const;
  [[nodiscard]] bool is_unix() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

class Stream::ReadAwaiter {
 public:
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<> awaiting);
  IoResult await_resume() const noexcept { return result_; }

 private:
  friend class Stream;
  friend class Stream::Impl;
  ReadAwaiter(Impl& impl, char* data, std::size_t size) : impl_(impl), data_(data), size_(size) {}
  Impl& impl_;
  char* data_;
  std::size_t size_;
  IoResult result_;
  std::coroutine_handle<> awaiting_;
};

class Stream::WriteAwaiter {
 public:
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<> awaiting);
  IoResult await_resume() const noexcept { return result_; }

 private:
  friend class Stream;
  friend class Stream::Impl;
  WriteAwaiter(Impl& impl, std::span<iovec> pieces) : impl_(impl), pieces_(pieces) {}
  Impl& impl_;
  std::span<iovec> pieces_;
  IoResult result_;
  std::coroutine_handle<> awaiting_;
};

}  // namespace weir::net
