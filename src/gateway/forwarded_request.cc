#include "gateway/forwarded_request.h"

#include "net/client_source.h"
#include "net/head_writer.h"

namespace weir {
namespace {

/// The trusted proxy's own value of a field, or `otherwise`.
std::string_view trusted_value(const net::HeaderList& headers, net::HeaderId id, bool trusted,
                               std::string_view otherwise) {
  if (!trusted || !headers.has(id)) return otherwise;
  return headers.find(id)->value;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out.append(name).append(": ").append(value).append("\r\n");
}

void append_forwarded_for(std::string& out, const ClientConnection& client, bool trusted) {
  if (!trusted || !client.head.headers.has(net::HeaderId::kXForwardedFor)) {
    return append_field(out, "X-Forwarded-For", client.peer_text);
  }
  std::string chain;
  for (const auto& header : client.head.headers) {
    if (header.id != net::HeaderId::kXForwardedFor || header.value.empty()) continue;
    chain.append(chain.empty() ? "" : ", ").append(header.value);
  }
  if (!client.peer_text.empty()) chain.append(chain.empty() ? "" : ", ").append(client.peer_text);
  append_field(out, "X-Forwarded-For", chain);
}

}  // namespace

void append_forwarded_request(std::string& out, const ClientConnection& client,
                              const GatewaySettings& settings, const Upstream& upstream,
                              bool expect_continue) {
  const auto& head = client.head;
  const auto& context = client.context;
  const bool trusted = net::is_trusted_proxy(client.peer, client.stream.is_unix(), settings.trusted_proxies);
  net::append_request_head(out, head,
                           {.base_path = upstream.address().base_path,
                            .host = upstream.host_header(),
                            .upgrade = net::is_websocket(head.upgrade),
                            .rules = {.api_key = settings.forward_api_key, .forwarded = trusted}});
  append_forwarded_for(out, client, trusted);
  append_field(out, "X-Forwarded-Proto",
               trusted_value(head.headers, net::HeaderId::kXForwardedProto, trusted,
                             client.stream.is_tls() ? "https" : "http"));
  append_field(out, "X-Forwarded-Host",
               trusted_value(head.headers, net::HeaderId::kXForwardedHost, trusted, head.host));
  net::append_header(out, "X-Weir-User-Id", std::uint64_t{context.user.value()});
  net::append_header(out, "X-Weir-Key-Id", std::uint64_t{context.key.value()});
  out += "X-Request-Id: ";
  context.append_request_id(out);
  out += "\r\nVia: 1.1 weir\r\n";
  if (expect_continue) out += "Expect: 100-continue\r\n";
  net::append_head_end(out);
}

}  // namespace weir
