#include "net/stream.h"

#include <cerrno>

#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net/loop_context.h"
#include "net/tls_context.h"

namespace weir::net {
namespace {

namespace asio = boost::asio;
using ErrorCodeOf = boost::system::error_code;
using TlsStream = asio::ssl::stream<Socket&>;

int family_of(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return AF_UNSPEC;
  return address.ss_family;
}

Socket adopt(asio::io_context& io, UniqueFd fd) {
  const int family = family_of(fd.get());
  if (family != AF_UNIX) {
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  Socket socket(io);
  ErrorCodeOf ignored;  // a socket that cannot be watched fails its first read
  socket.assign(asio::generic::stream_protocol(family, 0), fd.release(), ignored);
  return socket;
}

/// Takes `written` bytes off the front.
void advance(std::span<iovec>& pieces, std::size_t written) {
  while (!pieces.empty() && written >= pieces.front().iov_len) {
    written -= pieces.front().iov_len;
    pieces = pieces.subspan(1);
  }
  if (written == 0) return;
  auto& front = pieces.front();
  front.iov_base = static_cast<char*>(front.iov_base) + written;
  front.iov_len -= written;
}

struct BufferSequence {
  using value_type = asio::const_buffer;
  struct Iterator {
    using iterator_category = std::bidirectional_iterator_tag;
    using value_type = asio::const_buffer;
    using difference_type = std::ptrdiff_t;
    using pointer = const asio::const_buffer*;
    using reference = asio::const_buffer;
    const iovec* at = nullptr;
    asio::const_buffer operator*() const { return {at->iov_base, at->iov_len}; }
    Iterator& operator++() { return ++at, *this; }
    Iterator operator++(int) { return {at++}; }
    Iterator& operator--() { return --at, *this; }
    Iterator operator--(int) { return {at--}; }
    friend bool operator==(const Iterator&, const Iterator&) = default;
  };
  std::span<iovec> pieces;
  [[nodiscard]] Iterator begin() const { return {pieces.data()}; }
  [[nodiscard]] Iterator end() const { return {pieces.data() + pieces.size()}; }
};

}  // namespace

/// The socket, and which of its two directions wait until when.
class Stream::Impl final : public DeadlineNode {
 public:
  Impl(Loop& loop, UniqueFd fd)
      : family(family_of(fd.get())), socket_(adopt(loop.context().io, std::move(fd))) {
    link_behind(loop.context().deadlines());
  }

  void expire(Instant now) override {
    const bool read_late = read_waits_ && now >= read_deadline;
    const bool write_late = write_waits_ && now >= write_deadline;
    read_timed_out_ = read_timed_out_ || read_late;
    write_timed_out_ = write_timed_out_ || write_late;
    if (read_late || write_late) cancel();
  }

  void abandon() override { abort(); }

  void start_read(ReadAwaiter& awaiter) {
    read_waits_ = true;
    const auto buffer = asio::buffer(awaiter.data_, awaiter.size_);
    const auto done = [this, &awaiter](ErrorCodeOf error, std::size_t bytes) {
      on_read(awaiter, error, bytes);
    };
    if (tls_)
      tls_->async_read_some(buffer, done);
    else
      socket_.async_read_some(buffer, done);
  }

  /// True when nothing is left to do: all is written, or it failed.
  bool try_write(WriteAwaiter& awaiter) noexcept {
    if (tls_) return false;
    while (!awaiter.pieces_.empty()) {
      msghdr message{};
      message.msg_iov = awaiter.pieces_.data();
      message.msg_iovlen = awaiter.pieces_.size();
      const ssize_t written = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (written < 0) {
        if (errno == EINTR) continue;
        if (errno == EAGAIN) return false;
        awaiter.result_.status = IoStatus::kReset;
        return true;
      }
      awaiter.result_.bytes += static_cast<std::size_t>(written);
      advance(awaiter.pieces_, static_cast<std::size_t>(written));
    }
    return true;
  }

  void start_write(WriteAwaiter& awaiter) {
    write_waits_ = true;
    if (tls_) {
      asio::async_write(*tls_, BufferSequence{awaiter.pieces_},
                        [this, &awaiter](ErrorCodeOf error, std::size_t n) {
                          write_waits_ = false;
                          awaiter.result_ = {status_of(error, write_timed_out_), n};
                          awaiter.awaiting_.resume();
                        });
    } else {
      socket_.async_wait(Socket::wait_write,
                         [this, &awaiter](ErrorCodeOf error) { on_writable(awaiter, error); });
    }
  }

  Task<Result<void>> handshake(const TlsContext& context, asio::ssl::stream_base::handshake_type side,
                               const std::string& host, Instant deadline) {
    tls_ = std::make_unique<TlsStream>(socket_, context.impl().context);
    if (side == asio::ssl::stream_base::client) {
      tls_->set_verify_callback(asio::ssl::host_name_verification(host));
      if (!IpAddress::parse(host)) SSL_set_tlsext_host_name(tls_->native_handle(), host.c_str());
    }
    read_deadline = deadline;
    read_waits_ = true;
    const ErrorCodeOf error = co_await complete<ErrorCodeOf>([&](auto done) {
      tls_->async_handshake(side, [done](ErrorCodeOf result) mutable { done(result); });
    });
    read_waits_ = false;
    read_deadline = Instant::max();
    if (!error) co_return Result<void>{};
    if (read_timed_out_) co_return fail(ErrorCode::kTimeout, "the TLS handshake took too long");
    co_return fail(ErrorCode::kUnavailable, "the TLS handshake failed: " + error.message());
  }

  void shutdown_write() {
    ErrorCodeOf ignored;
    if (tls_) {
      // The close_notify goes out by itself; nobody waits for the peer's.
      tls_->async_shutdown([](ErrorCodeOf) {});
    }
    socket_.shutdown(Socket::shutdown_send, ignored);
  }

  void cancel_read() {
    if (!read_waits_) return;
    read_cancelled_ = true;
    cancel();
  }

  void abort() {
    aborted_ = true;
    cancel();
    ::shutdown(socket_.native_handle(), SHUT_RDWR);
  }

  [[nodiscard]] int fd() { return socket_.native_handle(); }
  [[nodiscard]] bool has_tls() const { return tls_ != nullptr; }

  Instant read_deadline = Instant::max();
  Instant write_deadline = Instant::max();
  const int family;

 private:
  void cancel() {
    ErrorCodeOf ignored;
    socket_.cancel(ignored);
  }

  static IoStatus status_of(const ErrorCodeOf& error, bool timed_out) {
    if (!error) return IoStatus::kOk;
    if (error == asio::error::operation_aborted && timed_out) return IoStatus::kTimedOut;
    return error == asio::error::eof ? IoStatus::kEof : IoStatus::kReset;
  }

  /// A cancel ends both directions: the one that was not late goes on. (TLS cannot: its engine lost bytes.)
  [[nodiscard]] bool goes_on(const ErrorCodeOf& error, bool timed_out) const {
    return error == asio::error::operation_aborted && !timed_out && !aborted_ && !tls_;
  }

  void on_read(ReadAwaiter& awaiter, const ErrorCodeOf& error, std::size_t bytes) {
    if (goes_on(error, read_timed_out_ || read_cancelled_)) return start_read(awaiter);
    read_waits_ = read_cancelled_ = false;
    awaiter.result_ = {bytes > 0 ? IoStatus::kOk : status_of(error, read_timed_out_), bytes};
    read_timed_out_ = false;
    awaiter.awaiting_.resume();
  }

  void on_writable(WriteAwaiter& awaiter, const ErrorCodeOf& error) {
    const bool retry = !error || goes_on(error, write_timed_out_);
    if (retry && !try_write(awaiter)) return start_write(awaiter);
    write_waits_ = false;
    if (!retry) awaiter.result_.status = status_of(error, write_timed_out_);
    awaiter.awaiting_.resume();
  }

  Socket socket_;
  std::unique_ptr<TlsStream> tls_;
  bool read_waits_ = false;
  bool write_waits_ = false;
  bool read_timed_out_ = false;
  bool read_cancelled_ = false;
  bool write_timed_out_ = false;
  bool aborted_ = false;
};

Stream::Stream(Loop& loop, UniqueFd socket) : impl_(std::make_unique<Impl>(loop, std::move(socket))) {}
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

Stream::ReadAwaiter Stream::read_some(char* data, std::size_t size) {
  return {*impl_, data, size};
}
Stream::WriteAwaiter Stream::write(std::span<iovec> pieces) {
  return {*impl_, pieces};
}

void Stream::ReadAwaiter::await_suspend(std::coroutine_handle<> awaiting) {
  awaiting_ = awaiting;
  impl_.start_read(*this);
}

bool Stream::WriteAwaiter::await_ready() noexcept {
  return impl_.try_write(*this);
}

void Stream::WriteAwaiter::await_suspend(std::coroutine_handle<> awaiting) {
  awaiting_ = awaiting;
  impl_.start_write(*this);
}

void Stream::set_read_deadline(Instant at) {
  impl_->read_deadline = at;
}
void Stream::set_write_deadline(Instant at) {
  impl_->write_deadline = at;
}

Task<Result<void>> Stream::accept_tls(const TlsContext& context, Instant deadline) {
  co_return co_await impl_->handshake(context, asio::ssl::stream_base::server, "", deadline);
}

Task<Result<void>> Stream::connect_tls(const TlsContext& context, const std::string& host, Instant deadline) {
  co_return co_await impl_->handshake(context, asio::ssl::stream_base::client, host, deadline);
}

void Stream::shutdown_write() {
  impl_->shutdown_write();
}
void Stream::cancel_read() {
  impl_->cancel_read();
}
void Stream::abort() {
  impl_->abort();
}

bool Stream::is_quiet() const {
  char byte = 0;
  const ssize_t got = ::recv(impl_->fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && errno == EAGAIN;
}

IpAddress Stream::peer() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getpeername(impl_->fd(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  if (address.ss_family == AF_INET) {
    return IpAddress::v4(ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr));
  }
  IpAddress peer;
  if (address.ss_family == AF_INET6) {
    const auto& bytes = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr.s6_addr;
    std::copy(std::begin(bytes), std::end(bytes), peer.bytes.begin());
  }
  return peer;
}

bool Stream::is_tls() const {
  return impl_->has_tls();
}
bool Stream::is_unix() const {
  return impl_->family == AF_UNIX;
}

}  // namespace weir::net
