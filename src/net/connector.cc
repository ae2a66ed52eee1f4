#include "net/connector.h"

#include <cstring>
#include <map>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "net/loop_context.h"

namespace weir::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Endpoint = asio::generic::stream_protocol::endpoint;

/// Cancels a socket that takes too long to connect.
class ConnectDeadline final : public DeadlineNode {
 public:
  ConnectDeadline(Loop& loop, Socket& socket, Instant at) : socket_(socket), at_(at) {
    link_behind(loop.context().deadlines());
  }
  void expire(Instant now) override {
    if (now >= at_) abandon();
  }
  void abandon() override {
    error_code ignored;
    socket_.cancel(ignored);
  }

 private:
  Socket& socket_;
  Instant at_;
};

}  // namespace

class Connector::Impl {
 public:
  explicit Impl(Loop& loop) : loop_(loop), resolver_(loop.context().io) {}

  Task<Result<std::vector<Endpoint>>> look_up(const UpstreamAddress& address) {
    if (!address.unix_path.empty()) {
      const asio::generic::stream_protocol::endpoint endpoint = unix_endpoint(address.unix_path);
      co_return std::vector<Endpoint>{endpoint};
    }
    boost::system::error_code no_literal;
    const auto literal = asio::ip::make_address(address.host, no_literal);
    if (!no_literal) co_return std::vector<Endpoint>{asio::ip::tcp::endpoint(literal, address.port)};
    const auto name = std::make_pair(address.host, address.port);
    const Instant now = loop_.clock().instant();
    if (const auto it = names_.find(name); it != names_.end() && it->second.expires > now) {
      co_return it->second.endpoints;
    }
    error_code failed;
    std::vector<Endpoint> endpoints;
    const std::string port = std::to_string(address.port);
    co_await complete<bool>([&](auto done) {
      resolver_.async_resolve(
          address.host, port,
          [&, done](error_code error, const asio::ip::tcp::resolver::results_type& found) mutable {
            failed = error;
            for (const auto& entry : found) endpoints.emplace_back(entry.endpoint());
            done(true);
          });
    });
    if (failed || endpoints.empty()) {
      co_return fail(ErrorCode::kUnavailable,
                     fmt::format("cannot look up '{}': {}", address.host, failed.message()), true);
    }
    if (names_.size() >= kNamesMax) names_.clear();
    names_[name] = {endpoints, now + kNameLifetime};
    co_return endpoints;
  }

  Task<Result<Stream>> connect_to(const Endpoint& endpoint, const UpstreamAddress& address,
                                  Instant deadline) {
    Socket socket(loop_.context().io);
    error_code error;
    {
      const ConnectDeadline guard(loop_, socket, deadline);
      error = co_await complete<error_code>([&](auto done) {
        socket.async_connect(endpoint, [done](error_code result) mutable { done(result); });
      });
    }
    if (error == asio::error::operation_aborted) {
      co_return fail(ErrorCode::kTimeout, fmt::format("{}: connecting took too long", address.to_string()),
                     true);
    }
    if (error) {
      co_return fail(ErrorCode::kUnavailable, fmt::format("{}: {}", address.to_string(), error.message()),
                     true);
    }
    co_return Stream(loop_, UniqueFd(socket.release()));
  }

 private:
  static constexpr std::size_t kNamesMax = 1024;

  struct Name {
    std::vector<Endpoint> endpoints;
    Instant expires;
  };

  static Endpoint unix_endpoint(const std::string& path) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, path.data(), std::min(path.size(), sizeof name.sun_path - 1));
    return {&name, sizeof name};
  }

  Loop& loop_;
  asio::ip::tcp::resolver resolver_;
  std::map<std::pair<std::string, std::uint16_t>, Name> names_;  // at most kNamesMax
};

Connector::Connector(Loop& loop) : impl_(std::make_unique<Impl>(loop)) {}
Connector::~Connector() = default;

Task<Result<Stream>> Connector::connect(const UpstreamAddress& address, const TlsContext* tls,
                                        Instant deadline) {
  auto endpoints = co_await impl_->look_up(address);
  if (!endpoints) co_return tl::unexpected(std::move(endpoints).error());
  Result<Stream> stream = fail(ErrorCode::kUnavailable, "no address");
  for (const auto& endpoint : *endpoints) {
    stream = co_await impl_->connect_to(endpoint, address, deadline);
    if (stream || stream.error().code == ErrorCode::kTimeout) break;
  }
  if (!stream || !address.tls || tls == nullptr) co_return stream;
  auto secured = co_await stream->connect_tls(*tls, address.host, deadline);
  if (!secured) {
    co_return fail(secured.error().code, fmt::format("{}: {}", address.to_string(), secured.error().detail),
                   true);
  }
  co_return stream;
}

}  // namespace weir::net
