#include "admin/stream_routes.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <memory>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "admin/answers.h"
#include "admin/json_text.h"

namespace weir {
namespace {

constexpr Millis kLook{200};        // an event is sent at most so much after it came
constexpr Seconds kHeartbeat{15};   // without an event: a comment, so that nobody in between gives up
constexpr Seconds kSlowReader{10};  // takes nothing for so long: dropped
constexpr std::size_t kEventsAtOnce = 100;

using OpenStreams = std::atomic<std::size_t>;

/// One client's stream: a position in the ring.
class EventStream final : public net::BodySource {
 public:
  EventStream(const EventRing& events, const Clock& clock, std::uint64_t after,
              std::shared_ptr<OpenStreams> open)
      : events_(events), clock_(clock), after_(after), open_(std::move(open)), written_(clock.instant()) {}
  ~EventStream() override { open_->fetch_sub(1); }
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  Result<Piece> next() override {
    Piece piece{.data = {}, .last = false, .pause = kLook};
    if (!begun_) piece.data = "retry: 2000\n\n";
    begun_ = true;
    const auto batch = events_.after(after_, kEventsAtOnce);
    if (after_ != 0) piece.data += missed(batch);
    for (const auto& event : batch.events) {
      piece.data +=
          fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.id, to_string(event.topic), event.data);
      after_ = event.id;
    }
    const Instant now = clock_.instant();
    if (piece.data.empty() && now - written_ >= kHeartbeat) piece.data = ": nothing new\n\n";
    if (!piece.data.empty()) written_ = now;
    return piece;
  }

  Seconds write_timeout() const override { return kSlowReader; }

 private:
  /// Who was away for too long, or reads too slowly, is told of which events some are gone; once.
  std::string missed(const EventRing::Batch& batch) {
    boost::json::array topics;
    for (std::size_t i = 0; i < kLiveTopics; ++i) {
      if (batch.gone[i] <= std::max(after_, told_gone_[i])) continue;
      told_gone_[i] = batch.gone[i];
      topics.emplace_back(to_string(static_cast<LiveTopic>(i)));
    }
    if (topics.empty()) return {};
    return fmt::format("event: missed\ndata: {}\n\n", to_json_text(boost::json::object{{"events", topics}}));
  }

  const EventRing& events_;
  const Clock& clock_;
  std::uint64_t after_;
  std::array<std::uint64_t, kLiveTopics> told_gone_{};
  std::shared_ptr<OpenStreams> open_;
  Instant written_;
  bool begun_ = false;
};

/// Where to go on: the header a browser sends by itself, or nothing, for what comes from now on.
Result<std::uint64_t> position(const net::ServiceRequest& request, const EventRing& events) {
  const auto text = request.header("Last-Event-ID");
  if (!text || text->empty()) return events.last_id();
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), id);
  // One from before the clock was set back has nothing behind it: what comes from now on.
  if (error == std::errc{} && end == text->data() + text->size()) return std::min(id, events.last_id());
  return fail(ErrorCode::kInvalid,
              fmt::format("Last-Event-ID: must be the id of an event of this stream, but is '{}'",
                          text->substr(0, 64)));
}

Result<net::ServiceResponse> open_stream(const Call& call, const EventRing& events, const Clock& clock,
                                         const std::shared_ptr<OpenStreams>& open) {
  WEIR_TRY_ASSIGN(after, position(call.request, events));
  net::ServiceResponse response{200,
                                {{"Content-Type", "text/event-stream"},
                                 {"Cache-Control", "no-store"},
                                 {"X-Content-Type-Options", "nosniff"}},
                                {}};
  if (call.request.method == "HEAD") return response;
  if (open->fetch_add(1) >= kStreamsMax) {
    open->fetch_sub(1);
    return fail(ErrorCode::kUnavailable,
                fmt::format("{} streams are open already, more are not allowed", kStreamsMax));
  }
  response.source = std::make_shared<EventStream>(events, clock, after, open);
  return response;
}

}  // namespace

std::string to_event_data(const LiveSecond& second) {
  boost::json::object data;
  data["at"] = to_rfc3339(second.at);
  data["requests"] = second.requests;
  data["errors"] = second.errors;
  data["client_errors"] = second.client_errors;
  data["limited"] = second.limited;
  data["bytes_in"] = second.bytes_in;
  data["bytes_out"] = second.bytes_out;
  const auto known = [&second](Micros time) {
    return second.measured > 0 ? boost::json::value(in_seconds(time)) : boost::json::value(nullptr);
  };
  data["response_time"] = {{"count", second.measured}, {"mean", known(second.mean)},
                           {"p50", known(second.p50)}, {"p95", known(second.p95)},
                           {"p99", known(second.p99)}, {"max", known(second.max)}};
  return to_json_text(data);
}

void add_stream_routes(Router& router, const EventRing& events, const Clock& clock) {
  router.add({"GET", "/api/v1/stream", Access::kViewer, BodyRule::kNone, false,
              [&events, &clock, open = std::make_shared<OpenStreams>(0)](Call& call) {
                return open_stream(call, events, clock, open);
              }});
}

}  // namespace weir
