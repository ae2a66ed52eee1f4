#include "net/listener.h"

#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/ip_address.h"
#include "base/log.h"
#include "net/loop_context.h"

namespace weir::net {
namespace {

constexpr int kBacklog = 4096;
constexpr int kAcceptsPerWake = 64;
constexpr Millis kExhaustedPause{100};

tl::unexpected<Error> cannot_listen(const ListenAddress& address, int errnum) {
  auto error = fail_errno(fmt::format("cannot listen on {}", address.to_string()), errnum);
  if (errnum == EADDRINUSE) {
    error.value().code = ErrorCode::kConflict;
    error.value().detail += "; is another server running there?";
  } else {
    error.value().code = ErrorCode::kInvalid;
  }
  return error;
}

Result<UniqueFd> bind_and_listen(UniqueFd socket, const sockaddr* name, socklen_t size,
                                 const ListenAddress& address) {
  if (::bind(socket.get(), name, size) != 0 || ::listen(socket.get(), kBacklog) != 0) {
    return cannot_listen(address, errno);
  }
  return socket;
}

/// SO_REUSEPORT would let two servers of one user share a port unknowingly: a socket without it may not bind.
bool is_taken(const sockaddr* name, socklen_t size) {
  const UniqueFd probe(::socket(name->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(probe.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  return ::bind(probe.get(), name, size) != 0 && errno == EADDRINUSE;
}

Result<UniqueFd> listen_tcp(const ListenAddress& address, bool beside) {
  sockaddr_storage name{};
  socklen_t size = 0;
  auto& v4 = reinterpret_cast<sockaddr_in&>(name);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(name);
  if (::inet_pton(AF_INET, address.host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port);
    size = sizeof v4;
  } else if (::inet_pton(AF_INET6, address.host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(address.port);
    size = sizeof v6;
  } else {
    return fail(ErrorCode::kInvalid,
                fmt::format("cannot listen on {}: not an IP address", address.to_string()));
  }
  if (!beside && is_taken(reinterpret_cast<sockaddr*>(&name), size))
    return cannot_listen(address, EADDRINUSE);
  UniqueFd socket(::socket(name.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return cannot_listen(address, errno);
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  return bind_and_listen(std::move(socket), reinterpret_cast<sockaddr*>(&name), size, address);
}

/// True when somebody accepts connections on the socket file.
bool answers(const sockaddr_un& name) {
  const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0 ||
         errno == EAGAIN;
}

Result<UniqueFd> listen_unix(const ListenAddress& address) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (address.host.empty() || address.host.size() >= sizeof name.sun_path) {
    return fail(ErrorCode::kInvalid, fmt::format("cannot listen on {}: a socket's path is 1 to {} bytes",
                                                 address.to_string(), sizeof name.sun_path - 1));
  }
  std::memcpy(name.sun_path, address.host.data(), address.host.size());
  struct stat status {};
  if (::lstat(name.sun_path, &status) == 0 && S_ISSOCK(status.st_mode)) {
    if (answers(name)) return cannot_listen(address, EADDRINUSE);
    ::unlink(name.sun_path);
  }
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return cannot_listen(address, errno);
  return bind_and_listen(std::move(socket), reinterpret_cast<sockaddr*>(&name), sizeof name, address);
}

Result<UniqueFd> adopt_inherited(const ListenAddress& address) {
  int listening = 0;
  socklen_t size = sizeof listening;
  if (::getsockopt(address.fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0) {
    return fail(ErrorCode::kInvalid, fmt::format("{} is not a listening socket", address.to_string()));
  }
  UniqueFd socket(::fcntl(address.fd, F_DUPFD_CLOEXEC, 3));
  if (!socket) return cannot_listen(address, errno);
  ::fcntl(socket.get(), F_SETFL, ::fcntl(socket.get(), F_GETFL) | O_NONBLOCK);
  return socket;
}

}  // namespace

Result<UniqueFd> listen_on(const ListenAddress& address) {
  switch (address.kind) {
    case ListenAddress::Kind::kUnix:
      return listen_unix(address);
    case ListenAddress::Kind::kInherited:
      return adopt_inherited(address);
    case ListenAddress::Kind::kTcp:
      break;
  }
  return listen_tcp(address, false);
}

Result<UniqueFd> listen_beside(const ListenAddress& address) {
  return listen_tcp(address, true);
}

Result<UniqueFd> duplicate(const UniqueFd& socket) {
  UniqueFd copy(::fcntl(socket.get(), F_DUPFD_CLOEXEC, 3));
  if (!copy) return fail_errno("duplicate a listening socket", errno);
  return copy;
}

ListenAddress bound_address(const UniqueFd& socket, const ListenAddress& asked) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  ListenAddress bound = asked;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&name), &size) != 0) return bound;
  if (name.ss_family == AF_INET) bound.port = ntohs(reinterpret_cast<sockaddr_in&>(name).sin_port);
  if (name.ss_family == AF_INET6) bound.port = ntohs(reinterpret_cast<sockaddr_in6&>(name).sin6_port);
  return bound;
}

class Listener::Impl : public DeadlineNode, public std::enable_shared_from_this<Impl> {
 public:
  Impl(Loop& loop, UniqueFd socket, OnAccept on_accept)
      : descriptor_(loop.context().io, socket.release()),
        pause_(loop.context().io),
        on_accept_(std::move(on_accept)) {
    link_behind(loop.context().deadlines());
  }

  void expire(Instant) override {}
  void abandon() override { close(); }

  void wait() {
    descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                           [self = shared_from_this()](boost::system::error_code error) {
                             if (!error && !self->closed_) self->accept();
                           });
  }

  void close() {
    closed_ = true;
    pause_.cancel();
    boost::system::error_code ignored;
    descriptor_.close(ignored);
  }

 private:
  void accept() {
    for (int i = 0; i < kAcceptsPerWake && !closed_; ++i) {
      UniqueFd client(::accept4(descriptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (client) {
        on_accept_(std::move(client));
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        return rest(errno);
      } else if (errno != EINTR && errno != ECONNABORTED) {
        break;
      }
    }
    if (!closed_) wait();
  }

  void rest(int errnum) {
    log::error("cannot accept connections for now", {{"reason", std::strerror(errnum)}});
    pause_.expires_after(kExhaustedPause);
    pause_.async_wait([self = shared_from_this()](boost::system::error_code error) {
      if (!error && !self->closed_) self->accept();
    });
  }

  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer pause_;
  OnAccept on_accept_;
  bool closed_ = false;
};

Listener::Listener(Loop& loop, UniqueFd socket, OnAccept on_accept)
    : impl_(std::make_shared<Impl>(loop, std::move(socket), std::move(on_accept))) {
  impl_->wait();
}
Listener::~Listener() {
  close();
}
void Listener::close() {
  impl_->close();
}

}  // namespace weir::net
