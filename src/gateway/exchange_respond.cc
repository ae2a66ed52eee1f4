// The respond phase of an exchange: the answer's body, piece by piece, with the record before its last byte.
#include "gateway/durable_wait.h"
#include "gateway/exchange.h"
#include "net/head_writer.h"

namespace weir {
namespace {

constexpr std::size_t kPiecesMax = 16;
constexpr std::size_t kCopiedMost = 1U << 10;  // bytes of an answer's body

}  // namespace

net::Task<void> Exchange::respond() {
  decoder_.start(answer_.framing, answer_.content_length);
  for (;;) {
    std::array<iovec, kPiecesMax> pieces;
    const std::size_t count = gather_body(std::span(pieces).subspan(1, kPiecesMax - 2));
    if (count == kFailed) co_return give_up(Outcome::kUpstreamInvalid);
    const bool last = decoder_.done();
    const auto framed = frame_answer(std::span(pieces.data(), count + 2), last);
    answered_at_ = worker_.now();
    if (last) record(Outcome::kForwarded, answered_at_);
    if (last && worker_.parts().sync_always) co_await wait_until_durable(worker_);
    client_.stream.set_write_deadline(answered_at_ + active_.settings.bounds.body_timeout);
    const auto written = co_await client_.stream.write(framed);
    client_.out.clear();
    if (!written) co_return give_up(Outcome::kClientClosed);
    if (last) co_return;
    if (!connection_->in.empty()) continue;
    const bool more = co_await read_more();
    if (!more) co_return give_up(Outcome::kUpstreamAborted);
  }
}

std::size_t Exchange::gather_body(std::span<iovec> data) {
  auto& in = connection_->in;
  std::size_t count = 0;
  while (!in.empty() && !decoder_.done() && count < data.size()) {
    const auto piece = decoder_.feed(in.readable());
    in.consume(piece.consumed);
    if (piece.failed()) return kFailed;
    if (piece.data.empty()) continue;
    data[count++] = {const_cast<char*>(piece.data.data()), piece.data.size()};
    client_.context.bytes_out += piece.data.size();
  }
  return count;
}

/// Puts what frames the body's pieces into the first and the last place, which are left free for it. Returns
/// what there is to write.
std::span<iovec> Exchange::frame_answer(std::span<iovec> pieces, bool last) {
  std::size_t bytes = 0;
  for (const auto& piece : pieces.subspan(1, pieces.size() - 2)) bytes += piece.iov_len;
  tail_.clear();
  if (client_framing_ == net::Framing::kChunked) {
    if (bytes > 0) {
      net::append_chunk_head(client_.out, bytes);
      tail_ += net::kChunkEnd;
    }
    if (last) net::append_last_chunk(tail_, decoder_.trailers());
  }
  if (bytes + tail_.size() <= kCopiedMost) {
    // Copying little costs less than having the kernel gather it.
    for (const auto& piece : pieces.subspan(1, pieces.size() - 2))
      client_.out.append(static_cast<const char*>(piece.iov_base), piece.iov_len);
    client_.out += tail_;
    pieces.front() = {client_.out.data(), client_.out.size()};
    return pieces.first(1);
  }
  pieces.front() = {client_.out.data(), client_.out.size()};
  pieces.back() = {tail_.data(), tail_.size()};
  return pieces;
}

net::Task<bool> Exchange::read_more() {
  auto& in = connection_->in;
  in.make_room(net::Connection::kReadBytes);
  connection_->stream.set_read_deadline(worker_.now() + route_.timeout());
  const auto got = co_await connection_->stream.read_some(in.writable(), in.writable_size());
  if (got) {
    in.filled(got.bytes);
    co_return true;
  }
  if (got.status != net::IoStatus::kEof) co_return false;
  answer_.keep_alive = false;
  co_return decoder_.finish().done();
}

void Exchange::give_up(Outcome outcome) {
  auto& context = client_.context;
  if (pump_ && pump_->failure()) outcome = *pump_->failure();
  context.keep_alive = answer_.keep_alive = false;
  context.outcome = outcome;
  const Instant now = worker_.now();
  context.upstream_time = now - sent_at_;
  worker_.recorder().record(context, now);
  // The client must not take a cut answer for a whole one.
  client_.stream.abort();
  connection_->stream.abort();
}

void Exchange::record(Outcome outcome, Instant now) {
  auto& context = client_.context;
  context.outcome = outcome;
  context.upstream_time = now - sent_at_;
  worker_.recorder().record(context, now);
}

}  // namespace weir
