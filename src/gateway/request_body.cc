#include "gateway/request_body.h"

#include <array>

#include "net/head_writer.h"

namespace weir {

void RequestBodyPump::cancel() {
  cancelled_ = true;
  client_.stream.cancel_read();
  upstream_.stream.abort();
}

void RequestBodyPump::fail(Outcome outcome) {
  if (!cancelled_) failure_ = outcome;
  upstream_.stream.abort();
}

net::Task<void> RequestBodyPump::run() {
  co_await carry();
  done_.set();
}

net::Task<void> RequestBodyPump::carry() {
  for (;;) {
    if (client_.in.empty() && !client_.body.done()) {
      const bool filled = co_await fill();
      if (!filled) co_return;
    }
    const auto piece = client_.body.feed(client_.in.readable());
    client_.in.consume(piece.consumed);
    client_.context.bytes_in = client_.body.body_bytes();
    if (piece.failed()) co_return fail(Outcome::kBadRequest);
    if (bounds_.body_bytes > 0 && client_.context.bytes_in > bounds_.body_bytes)
      co_return fail(Outcome::kTooLarge);
    if (!piece.data.empty() || piece.done()) {
      const bool forwarded = co_await forward(piece.data, piece.done());
      if (!forwarded) co_return;
    }
    if (piece.done()) {
      complete_ = true;
      co_return;
    }
  }
}

net::Task<bool> RequestBodyPump::fill() {
  client_.in.make_room(ClientConnection::kReadBytes);
  client_.stream.set_read_deadline(loop_.clock().instant() + bounds_.read_timeout);
  const auto got = co_await client_.stream.read_some(client_.in.writable(), client_.in.writable_size());
  client_.stream.set_read_deadline(Instant::max());
  if (got) {
    client_.in.filled(got.bytes);
    co_return true;
  }
  fail(got.status == net::IoStatus::kTimedOut ? Outcome::kRequestTimeout : Outcome::kClientClosed);
  co_return false;
}

net::Task<bool> RequestBodyPump::forward(std::string_view data, bool last) {
  std::array<iovec, 3> pieces;
  std::size_t count = 0;
  const auto add = [&](std::string_view bytes) {
    if (!bytes.empty()) pieces[count++] = {const_cast<char*>(bytes.data()), bytes.size()};
  };
  const bool chunked = client_.head.framing == net::Framing::kChunked;
  chunk_head_.clear();
  tail_.clear();
  if (chunked && !data.empty()) {
    net::append_chunk_head(chunk_head_, data.size());
    tail_ += net::kChunkEnd;
  }
  if (chunked && last) net::append_last_chunk(tail_, client_.body.trailers());
  add(chunk_head_);
  add(data);
  add(tail_);
  upstream_.stream.set_write_deadline(loop_.clock().instant() + bounds_.write_timeout);
  const auto written = co_await upstream_.stream.write(std::span(pieces.data(), count));
  // An upstream that stops reading may have answered early: its answer tells.
  co_return static_cast<bool>(written);
}

}  // namespace weir
