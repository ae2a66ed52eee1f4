#include "net/service.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

#include "base/log.h"
#include "base/thread_role.h"
#include "net/body_decoder.h"
#include "net/buffer.h"
#include "net/handler_pool.h"
#include "net/head_writer.h"
#include "net/listener.h"
#include "net/request_parser.h"
#include "net/stream.h"

namespace weir::net {
namespace {

constexpr Seconds kHeadTimeout{10};
constexpr Seconds kIdleTimeout{75};
constexpr Seconds kBodyTimeout{30};
constexpr Seconds kWriteTimeout{60};
constexpr Seconds kLingerTime{2};
constexpr std::size_t kReadBytes = 4U << 10;

using NextPiece = Result<BodySource::Piece>;

ServiceResponse plain_error(std::uint16_t status, std::string_view detail) {
  return {status, {{"Content-Type", "application/json"}}, "{\"detail\":\"" + std::string(detail) + "\"}"};
}

class ServiceThread final : public Service {
 public:
  ServiceThread(ServiceOptions options, const Clock& clock, ServiceHandler handler)
      : options_(std::move(options)),
        clock_(clock),
        handler_(std::move(handler)),
        pool_(options_.handler_threads, options_.connections_max),
        loop_(clock) {}

  ~ServiceThread() override { stop(); }

  Result<void> start() {
    WEIR_TRY_ASSIGN(socket, listen_on(options_.listen));
    address_ = bound_address(socket, options_.listen);
    thread_ = std::thread([this, listening = std::move(socket)]() mutable {
      begin_thread("weir-admin");
      Listener listener(loop_, std::move(listening), [this](UniqueFd client) { accept(std::move(client)); });
      loop_.run();
    });
    return {};
  }

  ListenAddress address() const override { return address_; }

  void stop() override {
    if (!thread_.joinable()) return;
    stopping_ = true;
    pool_.stop();
    loop_.stop();
    thread_.join();
  }

 private:
  /// One connection's state, in its task.
  struct Client {
    explicit Client(Stream connected) : stream(std::move(connected)), in(kReadBytes), peer(stream.peer()) {}
    Stream stream;
    Buffer in;
    IpAddress peer;
    HeadScanner scanner;
    RequestHead head;
    BodyDecoder decoder;
    std::string out;
  };

  void accept(UniqueFd socket) {
    if (connections_ >= options_.connections_max) return;
    ++connections_;
    loop_.spawn(serve(Stream(loop_, std::move(socket))));
  }

  Task<void> serve(Stream stream) {
    {
      Client client(std::move(stream));
      bool keep_alive = true;
      while (keep_alive) keep_alive = co_await serve_request(client);
    }
    --connections_;
  }

  Task<bool> fill(Client& client, Nanos timeout) {
    client.in.make_room(kReadBytes);
    client.stream.set_read_deadline(clock_.instant() + timeout);
    const auto got = co_await client.stream.read_some(client.in.writable(), client.in.writable_size());
    if (got) client.in.filled(got.bytes);
    co_return static_cast<bool>(got);
  }

  Task<bool> serve_request(Client& client) {
    for (;;) {
      if (!client.in.empty()) {
        const auto parsed =
            parse_request_head(client.scanner, client.in.readable(), HeadLimits{}, client.head);
        if (parsed.complete()) {
          client.in.consume(parsed.consumed);
          break;
        }
        if (parsed.failed()) {
          ServiceResponse refused = plain_error(parsed.status, parsed.reason);
          co_await answer(client, std::move(refused), false);
          co_return false;
        }
      }
      const bool filled = co_await fill(client, client.in.empty() ? kIdleTimeout : kHeadTimeout);
      if (!filled) co_return false;
    }
    ServiceRequest request = take_head(client);
    const bool keep_alive = client.head.keep_alive;
    const std::uint16_t refused = co_await read_body(client, request.body);
    if (refused != 0) {
      ServiceResponse response = plain_error(refused, body_error(refused));
      co_await answer(client, std::move(response), false);
      co_return false;
    }
    const bool head_only = request.method == "HEAD";
    ServiceResponse response = co_await handle(std::move(request));
    if (head_only) co_return co_await answer_head(client, std::move(response), keep_alive);
    if (response.source) co_return co_await stream(client, std::move(response), keep_alive);
    co_return co_await answer(client, std::move(response), keep_alive);
  }

  static ServiceRequest take_head(const Client& client) {
    ServiceRequest request;
    request.method = client.head.method;
    request.target = client.head.target;
    request.peer = client.peer;
    for (const auto& header : client.head.headers) request.headers.emplace_back(header.name, header.value);
    return request;
  }

  static std::string_view body_error(std::uint16_t status) {
    if (status == 413) return "The request body is too large";
    if (status == 408) return "The request body took too long to arrive";
    return "The request body is not framed correctly";
  }

  /// 0, or the status to refuse with.
  Task<std::uint16_t> read_body(Client& client, std::string& body) {
    const auto& head = client.head;
    client.decoder.start(head.framing, head.content_length);
    if (head.content_length > options_.body_bytes_max) co_return std::uint16_t{413};
    if (head.expect_continue && !client.decoder.done() && client.in.empty()) {
      client.out = "HTTP/1.1 100 Continue\r\n\r\n";
      iovec piece{client.out.data(), client.out.size()};
      const auto written = co_await client.stream.write({&piece, 1});
      if (!written) co_return std::uint16_t{400};
    }
    while (!client.decoder.done()) {
      if (client.in.empty()) {
        const bool filled = co_await fill(client, kBodyTimeout);
        if (!filled) co_return std::uint16_t{408};
      }
      const auto piece = client.decoder.feed(client.in.readable());
      if (piece.failed()) co_return std::uint16_t{400};
      body.append(piece.data);
      client.in.consume(piece.consumed);
      if (body.size() > options_.body_bytes_max) co_return std::uint16_t{413};
    }
    co_return std::uint16_t{0};
  }

  Task<ServiceResponse> handle(ServiceRequest request) {
    auto shared = std::make_shared<ServiceRequest>(std::move(request));
    const auto work = [this, shared] { return run_handler(std::move(*shared)); };
    const auto refused = [] { return plain_error(503, "Too many requests are waiting"); };
    co_return co_await on_pool<ServiceResponse>(work, refused);
  }

  /// What `work` gives, from a handler thread; what `refused` gives when the pool takes no more.
  template <class T, class Work, class Refused>
  Task<T> on_pool(Work work, Refused refused) {
    co_return co_await complete<T>([&](auto done) {
      const bool accepted = pool_.submit([this, work, done]() mutable {
        auto result = std::make_shared<T>(work());
        loop_.post([result, done]() mutable { done(std::move(*result)); });
      });
      if (!accepted) loop_.post([refused, done]() mutable { done(refused()); });
    });
  }

  ServiceResponse run_handler(ServiceRequest request) {
    try {
      return handler_(std::move(request));
    } catch (const std::exception& exception) {
      log::error("an admin request failed", {{"what", exception.what()}});
      return plain_error(500, "Internal server error");
    }
  }

  static void append_head(std::string& out, const ServiceResponse& response, const RequestHead& request,
                          bool keep_alive) {
    append_status_line(out, response.status);
    for (const auto& [name, value] : response.headers) {
      if (!append_header(out, name, value))
        log::warn("an admin answer's header was left out", {{"name", name}});
    }
    if (response.source && request.version_minor > 0)
      out += "Transfer-Encoding: chunked\r\n";
    else if (!response.source && response.status != 204 && response.status != 304)
      append_header(out, "Content-Length", response.body.size());
    append_connection(out, request.version_minor, keep_alive);
    append_head_end(out);
  }

  Task<bool> answer_head(Client& client, ServiceResponse response, bool keep_alive) {
    client.out.clear();
    append_head(client.out, response, client.head, keep_alive);
    co_return co_await send(client, {}, keep_alive);
  }

  Task<bool> answer(Client& client, ServiceResponse response, bool keep_alive) {
    client.out.clear();
    append_head(client.out, response, client.head, keep_alive);
    co_return co_await send(client, response.body, keep_alive);
  }

  /// Piece by piece, each in a chunk of its own; to HTTP/1.0 the body's end is the connection's.
  Task<bool> stream(Client& client, ServiceResponse response, bool keep_alive) {
    const bool chunked = client.head.version_minor > 0;
    const std::shared_ptr<BodySource> source = std::move(response.source);
    response.source = source;
    keep_alive = keep_alive && chunked;
    client.out.clear();
    append_head(client.out, response, client.head, keep_alive);
    const auto work = [source] { return run_source(*source); };
    const auto refused = [] {
      return NextPiece(fail(ErrorCode::kUnavailable, "too many requests are waiting"));
    };
    for (bool last = false; !last;) {
      NextPiece piece = co_await on_pool<NextPiece>(work, refused);
      if (!piece) {
        if (!stopping_) log::warn("an admin answer was broken off", {{"reason", piece.error().detail}});
        co_return false;
      }
      last = piece->last;
      append_piece(client.out, *piece, chunked);
      if (!client.out.empty()) {
        iovec data{client.out.data(), client.out.size()};
        client.stream.set_write_deadline(clock_.instant() + source->write_timeout());
        const auto written = co_await client.stream.write({&data, 1});
        if (!written) co_return false;
        client.out.clear();
      }
      if (!last && piece->pause > Millis{0}) co_await loop_.sleep(piece->pause);
    }
    if (!keep_alive) co_await linger(client);
    co_return keep_alive;
  }

  static NextPiece run_source(BodySource& source) {
    try {
      return source.next();
    } catch (const std::exception& exception) {
      return fail(ErrorCode::kInternal, exception.what());
    }
  }

  static void append_piece(std::string& out, const BodySource::Piece& piece, bool chunked) {
    if (!piece.data.empty()) {
      if (chunked) append_chunk_head(out, piece.data.size());
      out += piece.data;
      if (chunked) out += kChunkEnd;
    }
    if (chunked && piece.last) append_last_chunk(out, {});
  }

  Task<bool> send(Client& client, std::string_view body, bool keep_alive) {
    iovec pieces[2] = {{client.out.data(), client.out.size()}, {const_cast<char*>(body.data()), body.size()}};
    client.stream.set_write_deadline(clock_.instant() + kWriteTimeout);
    const auto written = co_await client.stream.write({pieces, body.empty() ? 1U : 2U});
    if (!written) co_return false;
    if (!keep_alive) co_await linger(client);
    co_return keep_alive;
  }

  /// Reads on for a little, so that the client sees the answer before a reset.
  Task<void> linger(Client& client) {
    client.stream.shutdown_write();
    const Instant deadline = clock_.instant() + kLingerTime;
    while (clock_.instant() < deadline) {
      client.in.consume(client.in.readable().size());
      const bool more = co_await fill(client, deadline - clock_.instant());
      if (!more) break;
    }
  }

  ServiceOptions options_;
  const Clock& clock_;
  ServiceHandler handler_;
  HandlerPool pool_;
  Loop loop_;
  ListenAddress address_;
  std::size_t connections_ = 0;  // on the loop's thread
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace

std::optional<std::string_view> ServiceRequest::header(std::string_view name) const {
  for (const auto& [own_name, value] : headers) {
    if (equals_ignoring_case(own_name, name)) return value;
  }
  return std::nullopt;
}

Result<std::unique_ptr<Service>> Service::start(ServiceOptions options, const Clock& clock,
                                                ServiceHandler handler) {
  auto service = std::make_unique<ServiceThread>(std::move(options), clock, std::move(handler));
  WEIR_TRY(service->start());
  return service;
}

}  // namespace weir::net
