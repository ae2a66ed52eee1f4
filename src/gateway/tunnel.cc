#include "gateway/tunnel.h"

#include "gateway/durable_wait.h"
#include "net/event.h"

namespace weir {
namespace {

struct Direction {
  net::Stream& from;
  net::Buffer& buffer;  // holds what was read too early
  net::Stream& to;
  Counter& bytes;
};

/// Carries one way until `from` ends in order (its end is passed on) or either side breaks (both are cut).
net::Task<void> carry(Worker& worker, Direction way, Seconds idle_timeout, Instant& last_active) {
  for (;;) {
    while (!way.buffer.empty()) {
      const std::string_view held = way.buffer.readable();
      iovec piece{const_cast<char*>(held.data()), held.size()};
      way.to.set_write_deadline(worker.now() + idle_timeout);
      const auto written = co_await way.to.write({&piece, 1});
      if (!written) break;
      way.bytes.add(held.size());
      way.buffer.consume(held.size());
    }
    if (!way.buffer.empty()) break;
    way.buffer.make_room(ClientConnection::kReadBytes);
    way.from.set_read_deadline(last_active + idle_timeout);
    const auto got = co_await way.from.read_some(way.buffer.writable(), way.buffer.writable_size());
    const Instant now = worker.now();
    if (got) {
      way.buffer.filled(got.bytes);
      last_active = now;
      continue;
    }
    if (got.status == net::IoStatus::kEof) {
      way.to.shutdown_write();
      co_return;
    }
    // Silence this way is no reason to end while the other way talks.
    if (got.status == net::IoStatus::kTimedOut && now < last_active + idle_timeout) continue;
    break;
  }
  way.from.abort();
  way.to.abort();
}

net::Task<void> carry_and_signal(Worker& worker, Direction way, Seconds idle_timeout, Instant& last_active,
                                 net::Event& done) {
  co_await carry(worker, way, idle_timeout, last_active);
  done.set();
}

}  // namespace

net::Task<void> run_tunnel(Worker& worker, GatewayBounds bounds, ClientConnection& client,
                           net::Connection& upstream, Instant sent_at) {
  auto& context = client.context;
  context.keep_alive = false;
  context.outcome = Outcome::kForwarded;
  const Instant now = worker.now();
  context.upstream_time = now - sent_at;
  worker.recorder().record(context, now);
  if (worker.parts().sync_always) co_await wait_until_durable(worker);
  iovec head{client.out.data(), client.out.size()};
  client.stream.set_write_deadline(worker.now() + bounds.body_timeout);
  const auto written = co_await client.stream.write({&head, 1});
  if (!written) co_return;
  auto& stats = worker.stats();
  stats.open_tunnels.add();
  net::Event upload_done;
  Instant last_active = worker.now();
  const Direction upload{client.stream, client.in, upstream.stream, stats.tunnel_bytes_in};
  const Direction download{upstream.stream, upstream.in, client.stream, stats.tunnel_bytes_out};
  worker.loop().spawn(carry_and_signal(worker, upload, bounds.tunnel_idle_timeout, last_active, upload_done));
  co_await carry(worker, download, bounds.tunnel_idle_timeout, last_active);
  co_await upload_done;
  stats.open_tunnels.subtract();
}

}  // namespace weir
