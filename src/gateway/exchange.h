// The forward and respond phases: one request to an upstream, and its answer to the client.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "gateway/answer.h"
#include "gateway/client_connection.h"
#include "gateway/request_body.h"
#include "gateway/worker.h"

namespace weir {

/// One request's; the client connection, the worker and the settings outlive it.
class Exchange {
 public:
  Exchange(Worker& worker, ActiveSettings& active, ClientConnection& client, Route& route)
      : worker_(worker), active_(active), client_(client), route_(route) {}

  /// Returns how to refuse when nothing was sent to the client yet; otherwise the answer was sent and
  /// recorded, or the client is gone, and `context.keep_alive` says whether its connection can be used on.
  [[nodiscard]] net::Task<std::optional<Refusal>> run();

 private:
  // A coroutine costs tens of nanoseconds: those here are steps that wait; what only computes is a function.

  static constexpr std::size_t kFailed = ~std::size_t{0};  // the answer broke its framing

  enum class Received { kHead, kClosedUnanswered, kBroken, kTimedOut, kInvalid, kClientGone };

  /// What is kept of the answer's head once it is written anew.
  struct Answer {
    net::Framing framing = net::Framing::kNone;
    std::uint64_t content_length = 0;
    bool keep_alive = false;
    bool upgraded = false;
  };

  void take_buffered_body();
  [[nodiscard]] bool streams_body() const;  // behind the head, while the answer may come already
  bool take_pooled(Instant now);
  net::Task<std::optional<Refusal>> connect(bool fresh);
  net::Task<Received> send_and_receive();
  void write_request_head();
  void start_pump();
  net::Task<bool> relay_interim(const net::ResponseHead& head);
  void begin_answer(const net::ResponseHead& head);
  std::optional<Refusal> refusal(Received received);

  net::Task<void> respond();
  std::size_t gather_body(std::span<iovec> data);
  std::span<iovec> frame_answer(std::span<iovec> pieces, bool last);
  net::Task<bool> read_more();
  void give_up(Outcome outcome);
  void record(Outcome outcome, Instant now);
  net::Task<void> join_pump();
  void finish();

  Worker& worker_;
  ActiveSettings& active_;
  ClientConnection& client_;
  Route& route_;
  Upstream* upstream_ = nullptr;
  std::unique_ptr<net::Connection> connection_;
  std::optional<RequestBodyPump> pump_;
  std::string_view buffered_body_;  // the whole body, when it came with the head
  net::HeadScanner scanner_;
  net::BodyDecoder decoder_;  // of the answer
  Answer answer_;
  net::Framing client_framing_ = net::Framing::kNone;
  std::string tail_;
  Instant sent_at_{};
  Instant answered_at_{};  // when the last piece was framed
};

}  // namespace weir
