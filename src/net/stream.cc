#include "net/stream.h"

#include <cerrno>

#include <boost/asio/post.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net/loop_context.h"
#include "net/tls_layer.h"

namespace weir::net {
namespace {

namespace asio = boost::asio;
using ErrorCodeOf = boost::system::error_code;

/// Reads that succeed at once before the stream lets others have a turn.
constexpr unsigned kReadsAtOnce = 16;

int family_of(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return AF_UNSPEC;
  return address.ss_family;
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

}  // namespace

/// The socket, and which of its two directions wait until when. Plain, it is read and written by hand as its
/// loop's Readiness tells; TLS leaves that to Asio.
class Stream::Impl final : public DeadlineNode, public Watched {
 public:
  Impl(Loop& loop, UniqueFd fd)
      : family(family_of(fd.get())), context_(loop.context()), owned_(std::move(fd)), fd_(owned_.get()) {
    if (family != AF_UNIX) {
      const int on = 1;
      ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    link_behind(context_.deadlines());
    aborted_ = !context_.readiness.add(fd_, *this);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() override {
    if (self_) *self_ = nullptr;
    if (tls_)
      tls_->close();
    else
      context_.readiness.forget(*this);
  }

  void expire(Instant now) override {
    if (now >= handshake_deadline_) {
      handshake_timed_out_ = true;
      tls_->cancel();
    }
    const bool read_late = reading_ != nullptr && now >= read_deadline;
    const bool write_late = writing_ != nullptr && now >= write_deadline;
    read_timed_out_ = read_timed_out_ || read_late;
    write_timed_out_ = write_timed_out_ || write_late;
    if (read_late || write_late) end_waits_soon();
  }

  void abandon() override { abort(); }

  void on_ready(std::uint32_t events) override {
    const bool ended = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    hung_up_ = hung_up_ || ended;
    readable_ = readable_ || ended || (events & EPOLLIN) != 0;
    reads_at_once_ = 0;
    ReadAwaiter* const read = reading_ != nullptr && try_read(*reading_) ? reading_ : nullptr;
    WriteAwaiter* const written = writing_ != nullptr && try_write(*writing_) ? writing_ : nullptr;
    if (read != nullptr) reading_ = nullptr;
    if (written != nullptr) writing_ = nullptr;
    // Whoever waits keeps the stream; the first to go on may end it when nobody else does.
    if (read != nullptr) read->awaiting_.resume();
    if (written != nullptr) written->awaiting_.resume();
  }

  /// True when the read is done: bytes came, or the end. Tried only when it is known to go.
  bool try_read(ReadAwaiter& awaiter) noexcept {
    if (aborted_ && !tls_) {
      awaiter.result_.status = IoStatus::kReset;
      return true;
    }
    if (!readable_ || tls_) return false;
    if (reads_at_once_ == kReadsAtOnce) {
      readable_ = false;
      context_.readiness.tell_again(fd_, *this, watches_writing_);
      return false;
    }
    ++reads_at_once_;
    ssize_t got = 0;
    do {
      got = ::recv(fd_, awaiter.data_, awaiter.size_, MSG_DONTWAIT);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
      awaiter.result_ = {IoStatus::kOk, static_cast<std::size_t>(got)};
      // A read that was not filled took all there was, and what comes will be told; but an end that came with
      // it was told already. A Unix socket's read may stop between two senders.
      const bool emptied = awaiter.result_.bytes < awaiter.size_ && !hung_up_ && family != AF_UNIX;
      if (emptied) readable_ = false;
      return true;
    }
    if (got < 0 && errno == EAGAIN) {
      readable_ = false;
      return false;
    }
    awaiter.result_.status = got == 0 ? IoStatus::kEof : IoStatus::kReset;
    return true;
  }

  void start_read(ReadAwaiter& awaiter) {
    reading_ = &awaiter;
    if (!tls_) return;
    tls_->read_some(awaiter.data_, awaiter.size_, [this](ErrorCodeOf error, std::size_t bytes) {
      ReadAwaiter& done = *std::exchange(reading_, nullptr);
      done.result_ = {bytes > 0 ? IoStatus::kOk : status_of(error, read_timed_out_), bytes};
      read_timed_out_ = false;
      done.awaiting_.resume();
    });
  }

  /// True when nothing is left to do: all is written, or it failed.
  bool try_write(WriteAwaiter& awaiter) noexcept {
    if (tls_) return false;
    while (!awaiter.pieces_.empty()) {
      const ssize_t written = send(awaiter.pieces_);
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
    writing_ = &awaiter;
    if (tls_) {
      tls_->write(awaiter.pieces_, [this](ErrorCodeOf error, std::size_t bytes) {
        WriteAwaiter& done = *std::exchange(writing_, nullptr);
        done.result_ = {status_of(error, write_timed_out_), bytes};
        done.awaiting_.resume();
      });
    } else if (!watches_writing_) {
      watches_writing_ = true;
      context_.readiness.watch_writing(fd_, *this);
    }
  }

  Task<Result<void>> handshake(const TlsContext& context, TlsLayer::Side side, const std::string& host,
                               Instant deadline) {
    context_.readiness.remove(fd_, *this);
    tls_ = std::make_shared<TlsLayer>(context_, std::move(owned_), family, context, side, host);
    handshake_deadline_ = deadline;
    const ErrorCodeOf error = co_await complete<ErrorCodeOf>(
        [&](auto done) { tls_->handshake([done](ErrorCodeOf result) mutable { done(result); }); });
    handshake_deadline_ = Instant::max();
    if (!error) co_return Result<void>{};
    if (handshake_timed_out_) co_return fail(ErrorCode::kTimeout, "the TLS handshake took too long");
    co_return fail(ErrorCode::kUnavailable, "the TLS handshake failed: " + error.message());
  }

  void shutdown_write() {
    if (tls_) tls_->shutdown();
    ::shutdown(fd_, SHUT_WR);
  }

  void cancel_read() {
    if (reading_ == nullptr) return;
    read_cancelled_ = true;
    end_waits_soon();
  }

  void abort() {
    aborted_ = true;
    ::shutdown(fd_, SHUT_RDWR);
    end_waits_soon();
  }

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool has_tls() const { return tls_ != nullptr; }

  Instant read_deadline = Instant::max();
  Instant write_deadline = Instant::max();
  const int family;

 private:
  static IoStatus status_of(const ErrorCodeOf& error, bool timed_out) {
    if (!error) return IoStatus::kOk;
    if (error == asio::error::operation_aborted && timed_out) return IoStatus::kTimedOut;
    return error == asio::error::eof ? IoStatus::kEof : IoStatus::kReset;
  }

  [[nodiscard]] ssize_t send(std::span<iovec> pieces) const noexcept {
    constexpr int kFlags = MSG_NOSIGNAL | MSG_DONTWAIT;
    if (pieces.size() == 1) return ::send(fd_, pieces.front().iov_base, pieces.front().iov_len, kFlags);
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    return ::sendmsg(fd_, &message, kFlags);
  }

  /// Not within the call: whoever asks for it may not be ready to be overtaken.
  void end_waits_soon() {
    if (tls_) return tls_->cancel();
    if (reading_ == nullptr && writing_ == nullptr) return;
    if (!self_) self_ = std::make_shared<Impl*>(this);
    asio::post(context_.io, [self = self_] {
      if (*self != nullptr) (*self)->end_waits();
    });
  }

  void end_waits() {
    ReadAwaiter* read = nullptr;
    WriteAwaiter* written = nullptr;
    if (aborted_ || read_timed_out_ || read_cancelled_) read = std::exchange(reading_, nullptr);
    if (aborted_ || write_timed_out_) written = std::exchange(writing_, nullptr);
    if (read != nullptr) read->result_.status = read_timed_out_ ? IoStatus::kTimedOut : IoStatus::kReset;
    if (written != nullptr)
      written->result_.status = write_timed_out_ ? IoStatus::kTimedOut : IoStatus::kReset;
    read_timed_out_ = read_cancelled_ = write_timed_out_ = false;
    if (read != nullptr) read->awaiting_.resume();
    if (written != nullptr) written->awaiting_.resume();
  }

  LoopContext& context_;
  UniqueFd owned_;  // while plain
  const int fd_;
  std::shared_ptr<TlsLayer> tls_;
  std::shared_ptr<Impl*> self_;  // what was posted knows by it whether this is still there
  ReadAwaiter* reading_ = nullptr;
  WriteAwaiter* writing_ = nullptr;
  Instant handshake_deadline_ = Instant::max();
  unsigned reads_at_once_ = 0;
  bool readable_ = false;
  bool hung_up_ = false;  // the end or an error was told, which is told only once
  bool watches_writing_ = false;
  bool read_timed_out_ = false;
  bool read_cancelled_ = false;
  bool write_timed_out_ = false;
  bool handshake_timed_out_ = false;
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

bool Stream::ReadAwaiter::await_ready() noexcept {
  return impl_.try_read(*this);
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

bool Stream::has_ended() const {
  char byte = 0;
  const ssize_t got = ::recv(impl_->fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
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
