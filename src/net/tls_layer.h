// TLS over a connected socket: Boost.Asio's, for the files of net only.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <sys/uio.h>

#include "base/file.h"
#include "base/ip_address.h"
#include "net/loop_context.h"
#include "net/tls_context.h"

namespace weir::net {

/// Pieces of memory as Asio reads them.
struct BufferSequence {
  using value_type = boost::asio::const_buffer;
  struct Iterator {
    using iterator_category = std::bidirectional_iterator_tag;
    using value_type = boost::asio::const_buffer;
    using difference_type = std::ptrdiff_t;
    using pointer = const boost::asio::const_buffer*;
    using reference = boost::asio::const_buffer;
    const iovec* at = nullptr;
    boost::asio::const_buffer operator*() const { return {at->iov_base, at->iov_len}; }
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

/// Callbacks get (error_code) or (error_code, bytes), from the loop, never within the call.
class TlsLayer : public std::enable_shared_from_this<TlsLayer> {
 public:
  using Side = boost::asio::ssl::stream_base::handshake_type;
  using ErrorCodeOf = boost::system::error_code;

  /// The client side verifies `host`.
  TlsLayer(LoopContext& loop, UniqueFd fd, int family, const TlsContext& context, Side side,
           const std::string& host)
      : socket_(loop.io), stream_(socket_, context.impl().context), side_(side) {
    ErrorCodeOf ignored;  // a socket that cannot be watched fails its handshake
    socket_.assign(boost::asio::generic::stream_protocol(family, 0), fd.release(), ignored);
    if (side != boost::asio::ssl::stream_base::client) return;
    stream_.set_verify_callback(boost::asio::ssl::host_name_verification(host));
    if (!IpAddress::parse(host)) SSL_set_tlsext_host_name(stream_.native_handle(), host.c_str());
  }

  template <class Done>
  void handshake(Done done) {
    stream_.async_handshake(side_, std::move(done));
  }
  template <class Done>
  void read_some(char* data, std::size_t size, Done done) {
    stream_.async_read_some(boost::asio::buffer(data, size), std::move(done));
  }
  template <class Done>
  void write(std::span<iovec> pieces, Done done) {
    boost::asio::async_write(stream_, BufferSequence{pieces}, std::move(done));
  }

  /// The close_notify goes out by itself; nobody waits for the peer's, but what waits keeps the engine.
  void shutdown() {
    stream_.async_shutdown([keep = shared_from_this()](ErrorCodeOf) {});
  }
  void close() {
    ErrorCodeOf ignored;
    socket_.close(ignored);
  }
  /// Ends what waits with operation_aborted.
  void cancel() {
    ErrorCodeOf ignored;
    socket_.cancel(ignored);
  }

 private:
  Socket socket_;
  boost::asio::ssl::stream<Socket&> stream_;
  Side side_;
};

}  // namespace weir::net
