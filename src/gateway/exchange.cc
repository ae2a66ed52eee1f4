#include "gateway/exchange.h"

#include <algorithm>
#include <utility>

#include "gateway/forwarded_request.h"
#include "gateway/tunnel.h"
#include "net/head_writer.h"
#include "net/response_parser.h"

namespace weir {
namespace {

/// How often a waiting exchange looks whether its client is still there: quick answers pay nothing for it.
constexpr Seconds kClientLook{1};

}  // namespace

net::Task<std::optional<Refusal>> Exchange::run() {
  take_buffered_body();
  const bool repeatable = is_idempotent(client_.context.method) &&
                          (client_.head.framing == net::Framing::kNone || !buffered_body_.empty());
  Received received = Received::kBroken;
  for (bool retried = false;;) {
    const bool pooled = !retried && take_pooled(client_.context.started);
    if (!pooled) {
      auto refused = co_await connect(retried);
      if (refused) co_return refused;
    }
    received = co_await send_and_receive();
    if (received != Received::kClosedUnanswered || !connection_->reused || !repeatable || retried) break;
    retried = true;  // the upstream closed an idle connection just as it was used again
  }
  if (received != Received::kHead) {
    if (pump_) {
      pump_->cancel();
      co_await pump_->done();
    }
    co_return refusal(received);
  }
  upstream_->succeeded();
  client_.in.consume(buffered_body_.size());
  if (answer_.upgraded)
    co_await run_tunnel(worker_, active_.settings.bounds, client_, *connection_, sent_at_);
  else
    co_await respond();
  if (pump_) co_await join_pump();
  finish();
  co_return std::nullopt;
}

void Exchange::take_buffered_body() {
  const auto& head = client_.head;
  client_.body.start(head.framing, head.content_length);
  if (head.framing != net::Framing::kLength) return;
  const std::string_view readable = client_.in.readable();
  if (readable.size() < head.content_length) return;
  buffered_body_ = readable.substr(0, head.content_length);
  client_.context.bytes_in = head.content_length;
}

/// Chooses the next upstream; true when it has a connection to spare.
bool Exchange::take_pooled(Instant now) {
  upstream_ = &route_.next_upstream(now);
  for (;;) {
    connection_ = upstream_->pool().acquire(now);
    // What cannot be sent twice must not meet a connection that is closed already.
    if (!connection_ || is_idempotent(client_.context.method) || connection_->stream.is_quiet()) break;
  }
  return connection_ != nullptr;
}

/// Connects to the upstream that was chosen (`fresh`: to the next), or to one behind it.
net::Task<std::optional<Refusal>> Exchange::connect(bool fresh) {
  const auto& bounds = active_.settings.bounds;
  for (std::size_t tries = 0; tries < route_.upstream_count(); ++tries) {
    const Instant now = worker_.now();
    if (fresh)
      upstream_ = &route_.next_upstream(now);
    else if (tries > 0 && take_pooled(now))
      co_return std::nullopt;
    auto connected = co_await worker_.connector().connect(upstream_->address(), active_.tls.upstream.get(),
                                                          now + bounds.connect_timeout);
    worker_.stats().upstream_connects.add();
    if (connected) {
      connection_ = std::make_unique<net::Connection>(std::move(*connected));
      co_return std::nullopt;
    }
    worker_.stats().upstream_failures.add();
    upstream_->failed(worker_.now());
  }
  co_return refusal_for(Outcome::kUpstreamUnavailable);
}

bool Exchange::streams_body() const {
  return client_.head.framing != net::Framing::kNone && !client_.body.done() && buffered_body_.empty();
}

void Exchange::write_request_head() {
  client_.out.clear();
  append_forwarded_request(client_.out, client_, active_.settings, *upstream_,
                           streams_body() && client_.head.expect_continue);
}

void Exchange::start_pump() {
  const auto& bounds = active_.settings.bounds;
  const RequestBodyPump::Bounds limits{bounds.body_bytes, bounds.body_timeout, route_.timeout()};
  pump_.emplace(worker_.loop(), client_, *connection_, limits);
  pump_->start();
}

net::Task<Exchange::Received> Exchange::send_and_receive() {
  write_request_head();
  std::array<iovec, 2> pieces = {iovec{client_.out.data(), client_.out.size()},
                                 iovec{const_cast<char*>(buffered_body_.data()), buffered_body_.size()}};
  sent_at_ = worker_.now();
  connection_->stream.set_write_deadline(sent_at_ + route_.timeout());
  const auto sent =
      co_await connection_->stream.write(std::span(pieces.data(), buffered_body_.empty() ? 1 : 2));
  if (!sent) co_return Received::kClosedUnanswered;
  if (streams_body()) start_pump();

  auto& in = connection_->in;
  scanner_.reset();
  Instant ends = sent_at_ + route_.timeout();
  Instant look_at = sent_at_ + kClientLook;
  for (bool more = false;;) {
    auto& head = worker_.response_head();
    const auto parsed = net::parse_response_head(scanner_, in.readable(), net::HeadLimits{},
                                                 client_.context.method_text, head);
    if (parsed.failed()) co_return Received::kInvalid;
    if (parsed.complete()) {
      in.consume(parsed.consumed);
      if (head.status == 101 && head.upgrade.empty()) co_return Received::kInvalid;
      if (head.status == 101 && !net::is_websocket(client_.head.upgrade)) co_return Received::kInvalid;
      if (head.status >= 200 || head.status == 101) {
        begin_answer(head);
        co_return Received::kHead;
      }
      const bool relayed = co_await relay_interim(head);
      if (!relayed) co_return Received::kClientGone;
      continue;
    }
    in.make_room(net::Connection::kReadBytes / 4);
    if (std::exchange(more, false)) ends = worker_.now() + route_.timeout();
    connection_->stream.set_read_deadline(std::min(ends, look_at));
    const auto got = co_await connection_->stream.read_some(in.writable(), in.writable_size());
    if (got.status == net::IoStatus::kTimedOut) {
      const Instant now = worker_.now();
      if (now >= ends) co_return Received::kTimedOut;
      if (client_.stream.has_ended()) co_return Received::kClientGone;
      look_at = now + kClientLook;
      continue;
    }
    if (!got) co_return in.empty() ? Received::kClosedUnanswered : Received::kBroken;
    in.filled(got.bytes);
    more = true;
  }
}

net::Task<bool> Exchange::relay_interim(const net::ResponseHead& head) {
  if (!client_.context.http11) co_return true;  // HTTP/1.0 knows no interim answers (RFC 9110, 15.2)
  client_.out.clear();
  net::append_response_head(client_.out, head, client_.head, {});
  net::append_head_end(client_.out);
  iovec piece{client_.out.data(), client_.out.size()};
  client_.stream.set_write_deadline(worker_.now() + active_.settings.bounds.body_timeout);
  const auto written = co_await client_.stream.write({&piece, 1});
  co_return static_cast<bool>(written);
}

void Exchange::begin_answer(const net::ResponseHead& head) {
  auto& context = client_.context;
  answer_ = {head.framing, head.content_length.value_or(0), head.keep_alive, head.status == 101};
  // A body still being sent when the answer begins may never be wanted to its end.
  if (worker_.is_draining() || (pump_ && !pump_->is_complete())) context.keep_alive = false;
  client_.head.keep_alive = context.keep_alive;
  const auto framing = net::client_framing(client_.head, head);
  client_framing_ = framing.framing;
  context.keep_alive = framing.keep_alive;
  context.status = head.status;
  client_.out.clear();
  net::append_response_head(client_.out, head, client_.head, framing);
  client_.out += context.limit_headers;
  if (!head.headers.has(net::HeaderId::kDate)) {
    client_.out.append("Date: ").append(worker_.date(worker_.parts().clock.utc())).append("\r\n");
  }
  client_.out += "X-Request-Id: ";
  context.append_request_id(client_.out);
  client_.out += "\r\n";
  net::append_head_end(client_.out);
}

std::optional<Refusal> Exchange::refusal(Received received) {
  if (pump_ && pump_->failure()) {
    const Outcome outcome = *pump_->failure();
    client_.context.keep_alive = false;
    if (outcome == Outcome::kTooLarge) {
      return Refusal{
          .outcome = outcome, .status = 413, .detail = "The request body is too large (body_bytes)"};
    }
    if (outcome == Outcome::kBadRequest) {
      return Refusal{.outcome = outcome, .status = 400, .detail = "The request body is not framed correctly"};
    }
    if (outcome == Outcome::kClientClosed) return Refusal{.outcome = outcome, .status = 499, .detail = ""};
    return refusal_for(outcome);
  }
  if (pump_) client_.context.keep_alive = false;
  client_.context.upstream_time = worker_.now() - sent_at_;
  if (received == Received::kClientGone)
    return Refusal{.outcome = Outcome::kClientClosed, .status = 499, .detail = ""};
  worker_.stats().upstream_failures.add();
  switch (received) {
    case Received::kTimedOut:
      return refusal_for(Outcome::kUpstreamTimeout);
    case Received::kInvalid:
      return refusal_for(Outcome::kUpstreamInvalid);
    default:
      upstream_->failed(worker_.now());
      return refusal_for(Outcome::kUpstreamUnavailable);
  }
}

net::Task<void> Exchange::join_pump() {
  if (!pump_->is_done()) pump_->cancel();
  co_await pump_->done();
}

void Exchange::finish() {
  const bool request_sent = !pump_ || pump_->is_complete();
  if (!request_sent) client_.context.keep_alive = false;
  if (request_sent && answer_.keep_alive && !answer_.upgraded && decoder_.done() && connection_->in.empty()) {
    upstream_->pool().release(std::move(connection_), answered_at_);
  }
}

}  // namespace weir
