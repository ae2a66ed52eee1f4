// Bytes from a network into the HTTP/1.x framing layer. What must hold:
//
//  - however the bytes are split, the result is the same;
//  - what is accepted holds nothing that another server could take for the end of a line or of a field's
//  name;
//  - what is rebuilt from it is accepted again, means the same, and rebuilds to the same bytes.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/framing_testing.h"
#include "net/head_writer.h"

namespace {

using namespace weir::net;
using weir::net::testing::all_at_once;
using weir::net::testing::Arrivals;
using weir::net::testing::byte_by_byte;

void require(bool held) {
  if (!held) std::abort();
}

// The first byte says how the rest is used, the next two where it is split.
struct Input {
  std::uint8_t mode;
  std::size_t split_seed;
  std::string_view bytes;
};

Arrivals random_arrivals(std::string_view bytes, std::size_t seed) {
  Arrivals out;
  std::size_t at = 0;
  while (at < bytes.size()) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    at = std::min(bytes.size(), at + 1 + (seed >> 33U) % 40);
    out.push_back(at);
  }
  return out;
}

void require_clean(const HeaderList& headers) {
  for (const Header& header : headers) {
    require(is_token(header.name));
    require(is_field_value(header.value));
  }
}

// A head that was rebuilt has as many line ends as it has lines: no value smuggled one in.
void require_lines(std::string_view head, std::size_t lines) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < head.size(); ++i) {
    require((head[i] == '\n') == (i > 0 && head[i - 1] == '\r'));
    if (head[i] == '\n') ++found;
  }
  require(found == lines);
  require(head.ends_with("\r\n\r\n") && head.find("\r\n\r\n") == head.size() - 4);
}

std::string rebuild(const RequestHead& head) {
  std::string out;
  // Names fields as a gateway that trusts the sender would: as much as possible passes.
  append_request_head(out, head,
                      {.upgrade = !head.upgrade.empty(), .rules = {.api_key = true, .forwarded = true}});
  append_head_end(out);
  return out;
}

void fuzz_request(const Input& input) {
  const HeadLimits limits{.head_bytes = 4096, .header_count = 20, .uri_bytes = 256};
  const std::string whole = weir::net::testing::parse_request(input.bytes, all_at_once(input.bytes), limits);
  require(weir::net::testing::parse_request(input.bytes, byte_by_byte(input.bytes), limits) == whole);
  require(weir::net::testing::parse_request(input.bytes, random_arrivals(input.bytes, input.split_seed),
                                            limits) == whole);

  HeadScanner scanner;
  RequestHead head;
  if (!parse_request_head(scanner, input.bytes, limits, head).complete()) return;
  require_clean(head.headers);
  require(!(head.headers.has(HeaderId::kContentLength) && head.headers.has(HeaderId::kTransferEncoding)));
  // HTTP/1.0 may come without Host; a gateway then sends its upstream's.
  if (head.host.empty()) return;

  const std::string once = rebuild(head);
  RequestHead again;
  const HeadLimits wide{.head_bytes = 8192, .header_count = 30, .uri_bytes = 512};
  const ParseStatus status = parse_request_head(scanner, once, wide, again);
  require(status.complete() && status.consumed == once.size());
  require_lines(once, again.headers.size() + 2);
  require(again.method == head.method && again.path == head.path && again.query == head.query);
  require(again.has_query == head.has_query && again.host == head.host);
  require(again.framing == head.framing && again.content_length == head.content_length);
  require(again.upgrade == head.upgrade);
  require(rebuild(again) == once);
}

void fuzz_response(const Input& input, std::string_view method) {
  const HeadLimits limits{.head_bytes = 4096, .header_count = 20, .uri_bytes = 256};
  const std::string whole =
      weir::net::testing::parse_response(input.bytes, all_at_once(input.bytes), method, limits);
  require(weir::net::testing::parse_response(input.bytes, byte_by_byte(input.bytes), method, limits) ==
          whole);
  require(weir::net::testing::parse_response(input.bytes, random_arrivals(input.bytes, input.split_seed),
                                             method, limits) == whole);

  HeadScanner scanner;
  ResponseHead head;
  if (!parse_response_head(scanner, input.bytes, limits, method, head).complete()) return;
  require_clean(head.headers);
  if (head.status == 101 && head.upgrade.empty()) return;
  RequestHead request;
  request.method = method;
  const ClientFraming framing = client_framing(request, head);
  std::string once;
  append_response_head(once, head, request, framing);
  append_head_end(once);
  ResponseHead again;
  const ParseStatus status =
      parse_response_head(scanner, once, {.head_bytes = 8192, .header_count = 30}, method, again);
  require(status.complete() && status.consumed == once.size());
  require_lines(once, again.headers.size() + 2);
  require(again.status == head.status && again.framing == framing.framing);
  require(again.framing != Framing::kLength || again.content_length == head.content_length);
}

void fuzz_body(const Input& input, Framing framing) {
  const auto decode = [&](const Arrivals& arrivals, std::string_view bytes) {
    BodyDecoder decoder;
    decoder.start(framing, input.split_seed % 64);
    return weir::net::testing::decode_body(decoder, bytes, arrivals);
  };
  const auto whole = decode(all_at_once(input.bytes), input.bytes);
  require(decode(byte_by_byte(input.bytes), input.bytes) == whole);
  require(decode(random_arrivals(input.bytes, input.split_seed), input.bytes) == whole);
  if (framing != Framing::kChunked || whole.end != "done") return;

  std::string written;
  if (!whole.data.empty()) {
    append_chunk_head(written, whole.data.size());
    written.append(whole.data).append(kChunkEnd);
  }
  append_last_chunk(written, whole.trailers);
  const auto again = decode(all_at_once(written), written);
  require(again.end == "done" && again.consumed == written.size());
  require(again.data == whole.data && again.trailers == whole.trailers);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const Input input{data[0], static_cast<std::size_t>(data[1]) << 8U | data[2],
                    std::string_view(reinterpret_cast<const char*>(data) + 3, size - 3)};
  switch (input.mode % 6) {
    case 0:
    case 1:
      fuzz_request(input);
      break;
    case 2:
      fuzz_response(input, "GET");
      break;
    case 3:
      fuzz_response(input, "HEAD");
      break;
    case 4:
      fuzz_body(input, Framing::kChunked);
      break;
    default:
      fuzz_body(input, Framing::kLength);
      break;
  }
  return 0;
}
