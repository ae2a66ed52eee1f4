#include "net/tls.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "net/tls_context.h"

namespace weir::net {
namespace {

namespace ssl = boost::asio::ssl;

constexpr std::array<unsigned char, 9> kAlpnHttp11 = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

/// Picks http/1.1 when it is offered; goes on without ALPN otherwise (RFC 7301, 3.2).
int select_http11(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                  unsigned offered_size, void*) {
  unsigned char* chosen = nullptr;
  const int status =
      SSL_select_next_proto(&chosen, out_size, kAlpnHttp11.data(), kAlpnHttp11.size(), offered, offered_size);
  *out = chosen;
  return status == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

void set_common_options(ssl::context& context) {
  context.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                      ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | ssl::context::single_dh_use);
  SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);
}

tl::unexpected<Error> unusable(std::string_view what, const std::string& file,
                               const boost::system::error_code& error) {
  return fail(ErrorCode::kInvalid, fmt::format("{} '{}' cannot be used: {}", what, file, error.message()));
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<const TlsContext>> TlsContext::server(const std::string& certificate_file,
                                                             const std::string& key_file) {
  auto impl = std::make_unique<Impl>(ssl::context::tls_server);
  set_common_options(impl->context);
  boost::system::error_code error;
  impl->context.use_certificate_chain_file(certificate_file, error);
  if (error) return unusable("gateway.tls.certificate", certificate_file, error);
  impl->context.use_private_key_file(key_file, ssl::context::pem, error);
  if (error) return unusable("gateway.tls.key", key_file, error);
  if (SSL_CTX_check_private_key(impl->context.native_handle()) != 1) {
    return fail(ErrorCode::kInvalid,
                fmt::format("gateway.tls.key '{}' does not belong to gateway.tls.certificate '{}'", key_file,
                            certificate_file));
  }
  SSL_CTX_set_alpn_select_cb(impl->context.native_handle(), select_http11, nullptr);
  return std::make_shared<const TlsContext>(std::move(impl));
}

Result<std::shared_ptr<const TlsContext>> TlsContext::client(const std::string& ca_file) {
  auto impl = std::make_unique<Impl>(ssl::context::tls_client);
  set_common_options(impl->context);
  boost::system::error_code error;
  if (ca_file.empty())
    impl->context.set_default_verify_paths(error);
  else
    impl->context.load_verify_file(ca_file, error);
  if (error) return unusable("gateway.upstream_ca_file", ca_file, error);
  impl->context.set_verify_mode(ssl::verify_peer);
  return std::make_shared<const TlsContext>(std::move(impl));
}

}  // namespace weir::net
