#include "gateway/session.h"

#include "base/log.h"
#include "gateway/admission.h"
#include "gateway/durable_wait.h"
#include "gateway/exchange.h"
#include "gateway/path_rules.h"
#include "net/client_source.h"
#include "net/error_body.h"
#include "net/header_rules.h"
#include "net/request_parser.h"

namespace weir {
namespace {

/// How long, and how much, is still read from a client after an answer that ends its connection: so that it
/// reads the answer before a reset tells it of unread bytes.
constexpr Seconds kLingerTime{2};
constexpr std::size_t kLingerBytes = 1U << 20;

}  // namespace

net::Task<void> Session::serve(Worker& worker, net::Stream stream) {
  Session session(worker, std::move(stream));
  try {
    co_await session.run();
  } catch (const std::exception& exception) {
    log::error("a connection ended by an exception", {{"what", exception.what()}});
    auto& context = session.client_.context;
    context.outcome = Outcome::kInternal;
    context.status = 500;
    if (context.started != Instant{}) worker.recorder().record(context, worker.now());
  }
}

Session::Session(Worker& worker, net::Stream stream) : worker_(worker), client_(std::move(stream)) {
  link_.session = this;
  worker_.add(link_);
}

Session::~Session() {
  worker_.remove(link_);
}

void Session::end_if_idle() {
  if (idle_) client_.stream.abort();
}

void Session::let_go_of_settings() {
  if (idle_) active_.reset();
}

net::Task<void> Session::run() {
  if (const auto settings = worker_.settings(); settings->tls.listener) {
    const auto secured = co_await client_.stream.accept_tls(
        *settings->tls.listener, worker_.now() + settings->settings.bounds.head_timeout);
    if (!secured) co_return;
  }
  while (!worker_.is_draining()) {
    const bool complete = co_await read_head();
    if (!complete) break;
    co_await handle();
    if (!client_.context.keep_alive) {
      co_await linger();
      break;
    }
  }
}

net::Task<void> Session::refuse_late_head() {
  client_.head.clear();
  net::read_partial_request_head(client_.scanner, client_.in.readable(), active_->head_limits, client_.head);
  begin_request();
  client_.context.keep_alive = false;
  Refusal refusal = refusal_for(Outcome::kRequestTimeout);
  co_await refuse(std::move(refusal));
  co_await linger();
}

net::Task<bool> Session::read_head() {
  client_.context.reset();
  Instant head_deadline = Instant::max();
  bool reads = client_.in.empty();
  for (;;) {
    if (reads) {
      idle_ = client_.in.empty();
      if (idle_) {
        if (active_ != worker_.settings()) active_.reset();
        client_.in.shrink();
        client_.stream.set_read_deadline(worker_.now() + worker_.settings()->settings.bounds.idle_timeout);
      } else {
        client_.stream.set_read_deadline(head_deadline);
      }
      client_.in.make_room(ClientConnection::kIdleBytes);
      const auto got = co_await client_.stream.read_some(client_.in.writable(), client_.in.writable_size());
      if (!got) {
        if (got.status == net::IoStatus::kTimedOut && !idle_) co_await refuse_late_head();
        co_return false;
      }
      client_.in.filled(got.bytes);
    }
    reads = true;
    if (!active_) active_ = worker_.settings();
    idle_ = false;
    const auto parsed =
        net::parse_request_head(client_.scanner, client_.in.readable(), active_->head_limits, client_.head);
    if (parsed.complete()) {
      client_.in.consume(parsed.consumed);
      begin_request();
      co_return true;
    }
    if (parsed.failed()) {
      co_await refuse_head(parsed);
      co_return false;
    }
    if (head_deadline == Instant::max())
      head_deadline = worker_.now() + active_->settings.bounds.head_timeout;
  }
}

net::Task<void> Session::refuse_head(const net::ParseStatus& parsed) {
  begin_request();
  client_.context.keep_alive = false;
  const bool too_large = parsed.status == 414 || parsed.status == 431;
  // A named value: g++ 12 destroys a braced temporary in a co_await twice.
  Refusal refusal{.outcome = too_large ? Outcome::kTooLarge : Outcome::kBadRequest,
                  .status = parsed.status,
                  .detail = std::string(parsed.reason)};
  co_await refuse(std::move(refusal));
  co_await linger();
}

void Session::begin_request() {
  auto& context = client_.context;
  const auto& head = client_.head;
  const auto& clock = worker_.parts().clock;
  context.at = clock.utc();
  context.started = clock.instant();
  context.method = parse_method(head.method);
  context.method_text = head.method.substr(0, 32);
  context.path = head.path.substr(0, 8U << 10);
  context.http11 = head.version_minor == 1;
  context.keep_alive = head.keep_alive;
  if (const auto* accept = head.headers.find(net::HeaderId::kAccept)) {
    context.wants_problem_json = net::prefers_problem_json(accept->value);
  }
  context.source = client_.peer;
  const auto& trusted = active_->settings.trusted_proxies;
  if (head.headers.has(net::HeaderId::kXForwardedFor) &&
      net::is_trusted_proxy(client_.peer, client_.stream.is_unix(), trusted)) {
    // Of several fields the last was written by the nearest proxy; they read as one list (RFC 9110, 5.3).
    std::string chain;
    for (const auto& header : head.headers) {
      if (header.id == net::HeaderId::kXForwardedFor)
        chain.append(chain.empty() ? "" : ",").append(header.value);
    }
    context.source = net::client_source(client_.peer, chain, trusted);
  }
  take_request_id();
}

void Session::take_request_id() {
  auto& context = client_.context;
  const auto* own = client_.head.headers.find(net::HeaderId::kXRequestId);
  if (own == nullptr || !is_sane_request_id(own->value)) {
    context.request_id = worker_.new_request_id(context.at);
  } else if (const auto uuid = Uuid::parse(own->value)) {
    context.request_id = *uuid;
  } else {
    context.request_id_text = own->value;
  }
}

net::Task<void> Session::handle() {
  auto& context = client_.context;
  const auto& bounds = active_->settings.bounds;
  if (has_dot_segment(context.path)) {
    context.keep_alive = false;
    Refusal refusal{.outcome = Outcome::kBadRequest,
                    .status = 400,
                    .detail = "The path must not have '.' or '..' segments"};
    co_return co_await refuse(std::move(refusal));
  }
  if (active_->settings.self_usage && is_self_usage(context)) co_return co_await tell_usage();
  Route* route = active_->routes.find(context.path);
  if (route != nullptr) context.route = route->label();
  auto refused = admit(worker_, client_.head.headers, route, context);
  if (!refused && bounds.body_bytes > 0 && client_.head.content_length > bounds.body_bytes) {
    refused = Refusal{
        .outcome = Outcome::kTooLarge, .status = 413, .detail = "The request body is too large (body_bytes)"};
  }
  if (!refused) {
    Exchange exchange(worker_, *active_, client_, *route);
    refused = co_await exchange.run();
    if (!refused) co_return;
    // The body was taken for the upstream: what is left of it is not known any more.
    if (client_.head.framing != net::Framing::kNone) context.keep_alive = false;
  } else if (!skip_unread_body()) {
    context.keep_alive = false;
  }
  co_await refuse(std::move(*refused));
}

net::Task<void> Session::tell_usage() {
  auto& context = client_.context;
  if (!skip_unread_body()) context.keep_alive = false;
  std::string limits;
  auto refused = identify_for_usage(worker_, client_.head.headers, context, limits);
  std::string usage;
  if (!refused) {
    Result<std::string> answered = co_await worker_.self_usage().ask(worker_.loop(), context.key, context.at);
    if (answered)
      usage = *std::move(answered);
    else
      refused = usage_unavailable();
  }
  if (refused) co_return co_await refuse(std::move(*refused));
  if (worker_.is_draining()) context.keep_alive = false;
  context.outcome = Outcome::kSelfUsage;
  context.status = 200;
  client_.out.clear();
  context.bytes_out = append_json(client_.out, self_usage_body(context.key, limits, usage), context,
                                  worker_.date(context.at));
  co_await send_own();
}

bool Session::skip_unread_body() {
  const auto& head = client_.head;
  if (head.framing == net::Framing::kNone) return true;
  client_.body.start(head.framing, head.content_length);
  while (!client_.in.empty() && !client_.body.done()) {
    const auto piece = client_.body.feed(client_.in.readable());
    client_.in.consume(piece.consumed);
    if (piece.failed()) return false;
  }
  client_.context.bytes_in = client_.body.body_bytes();
  return client_.body.done();
}

net::Task<void> Session::refuse(Refusal refusal) {
  auto& context = client_.context;
  if (worker_.is_draining()) context.keep_alive = false;
  context.outcome = refusal.outcome;
  context.status = refusal.status;
  if (refusal.outcome == Outcome::kClientClosed) {
    context.keep_alive = false;
    worker_.recorder().record(context, worker_.now());
    co_return;
  }
  client_.out.clear();
  context.bytes_out = append_refusal(client_.out, refusal, context, worker_.date(context.at));
  co_await send_own();
}

/// Records, and sends what is in `out`.
net::Task<void> Session::send_own() {
  auto& context = client_.context;
  const Instant now = worker_.now();
  worker_.recorder().record(context, now);
  if (worker_.parts().sync_always) co_await wait_until_durable(worker_);
  iovec piece{client_.out.data(), client_.out.size()};
  client_.stream.set_write_deadline(now + active_->settings.bounds.body_timeout);
  const auto written = co_await client_.stream.write({&piece, 1});
  if (!written) context.keep_alive = false;
}

net::Task<void> Session::linger() {
  client_.stream.shutdown_write();
  const Instant deadline = worker_.now() + kLingerTime;
  client_.stream.set_read_deadline(deadline);
  char discarded[4096];
  for (std::size_t total = 0; total < kLingerBytes && worker_.now() < deadline;) {
    const auto got = co_await client_.stream.read_some(discarded, sizeof discarded);
    if (!got) break;
    total += got.bytes;
  }
}

}  // namespace weir
