// What is inside a TlsContext, for the files of net only.
#pragma once

#include <boost/asio/ssl/context.hpp>

#include "net/tls.h"

namespace weir::net {

class TlsContext::Impl {
 public:
  explicit Impl(boost::asio::ssl::context::method method) : context(method) {}
  mutable boost::asio::ssl::context context;
};

}  // namespace weir::net
