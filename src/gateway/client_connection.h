// What belongs to one client connection and its request in flight.
#pragma once

#include <string>

#include "gateway/request_context.h"
#include "net/body_decoder.h"
#include "net/buffer.h"
#include "net/head_scanner.h"
#include "net/http_head.h"
#include "net/stream.h"

namespace weir {

/// Memory is kept from request to request. The views in `head` point into `in`: they are good until more of
/// the request's body is read.
struct ClientConnection {
  static constexpr std::size_t kIdleBytes = 2U << 10;   // of `in`, while nothing is being read
  static constexpr std::size_t kReadBytes = 16U << 10;  // of `in`, while a body is

  explicit ClientConnection(net::Stream connected)
      : stream(std::move(connected)), in(kIdleBytes), peer(stream.peer()), peer_text(peer.to_string()) {}

  net::Stream stream;
  net::Buffer in;
  IpAddress peer;
  std::string peer_text;  // as in X-Forwarded-For
  net::HeadScanner scanner;
  net::RequestHead head;
  net::BodyDecoder body;
  RequestContext context;
  std::string out;  // a head being written
};

}  // namespace weir
