#include "gateway/worker.h"

#include <algorithm>
#include <ctime>

#include <fmt/chrono.h>
#include <sys/socket.h>

#include "gateway/answer.h"
#include "gateway/session.h"

namespace weir {
namespace {

std::mt19937_64 seeded_generator() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
  return std::mt19937_64(seed);
}

}  // namespace

Worker::Worker(const GatewayParts& parts, Journal& journal, std::shared_ptr<ActiveSettings> settings,
               ConnectionCount& connections, SelfUsage& self_usage)
    : parts_(parts),
      connections_(connections),
      self_usage_(self_usage),
      recorder_(journal, stats_),
      loop_(parts.clock),
      settings_(std::move(settings)),
      connector_(loop_),
      random_(seeded_generator()) {}

Worker::~Worker() = default;

void Worker::run(UniqueFd socket) {
  listener_ = std::make_unique<net::Listener>(loop_, std::move(socket),
                                              [this](UniqueFd client) { accept(std::move(client)); });
  loop_.run();
  listener_.reset();
}

void Worker::accept(UniqueFd socket) {
  if (connections_.fetch_add(1, std::memory_order_relaxed) >= settings_->settings.bounds.connections) {
    connections_.fetch_sub(1, std::memory_order_relaxed);
    stats_.connections_refused.add();
    return turn_away(std::move(socket));
  }
  stats_.open_connections.add();
  loop_.spawn(Session::serve(*this, net::Stream(loop_, std::move(socket))));
}

void Worker::turn_away(UniqueFd socket) {
  if (settings_->tls.listener) return;
  RequestContext context;
  const UtcTime now = parts_.clock.utc();
  context.request_id = new_request_id(now);
  context.keep_alive = false;
  std::string answer;
  append_refusal(answer,
                 {.outcome = Outcome::kOverloaded,
                  .status = 503,
                  .detail = "Too many connections are open (connections)",
                  .retry_after_seconds = 1},
                 context, date(now));
  // Best effort: the socket's buffer is empty, so a small answer goes out at once or not at all.
  [[maybe_unused]] const auto sent =
      ::send(socket.get(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Worker::add(SessionLink& link) {
  link.previous = &sessions_;
  link.next = sessions_.next;
  if (link.next != nullptr) link.next->previous = &link;
  sessions_.next = &link;
}

void Worker::remove(SessionLink& link) {
  link.previous->next = link.next;
  if (link.next != nullptr) link.next->previous = link.previous;
  stats_.open_connections.subtract();
  connections_.fetch_sub(1, std::memory_order_relaxed);
  if (draining_) finish_if_empty();
}

void Worker::post_settings(std::shared_ptr<ActiveSettings> settings) {
  loop_.post([this, settings = std::move(settings)]() mutable {
    settings_ = std::move(settings);
    for (SessionLink* link = sessions_.next; link != nullptr; link = link->next)
      link->session->let_go_of_settings();
  });
}

void Worker::post_drain(Instant deadline) {
  loop_.post([this, deadline] { drain(deadline); });
}

void Worker::drain(Instant deadline) {
  if (draining_) return;
  draining_ = true;
  listener_->close();
  for (SessionLink* link = sessions_.next; link != nullptr; link = link->next) link->session->end_if_idle();
  finish_if_empty();
  loop_.spawn(abort_at(deadline));
}

net::Task<void> Worker::abort_at(Instant deadline) {
  co_await loop_.sleep(std::max(deadline - now(), Nanos{0}));
  for (SessionLink* link = sessions_.next; link != nullptr; link = link->next) link->session->abort();
  // Aborted sessions end within a few turns of the loop; one that does not must not hold the process.
  co_await loop_.sleep(Millis{500});
  loop_.stop();
}

void Worker::finish_if_empty() {
  if (sessions_.next == nullptr) loop_.stop();
}

Uuid Worker::new_request_id(UtcTime now) {
  const auto millis = std::chrono::duration_cast<Millis>(now.time_since_epoch()).count();
  const std::uint64_t high = random_();
  return make_uuid_v7(static_cast<std::uint64_t>(millis), high, random_());
}

const std::string& Worker::date(UtcTime now) {
  const std::int64_t second = std::chrono::floor<Seconds>(now).time_since_epoch().count();
  if (second != date_second_) {
    date_second_ = second;
    const auto time = static_cast<std::time_t>(second);
    date_ = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(time));
  }
  return date_;
}

}  // namespace weir
