// GET /.weir/usage: a consumer learns its own limits and usage. Charged to nobody, not forwarded.
//
// The store is asked on a helper thread of its own while the request's task waits, so no data-plane thread
// ever does (rule 1); an answer is kept for a second, so a consumer that asks in a loop costs the store one
// question a second.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/answer.h"
#include "gateway/key_usage.h"
#include "gateway/request_context.h"
#include "net/handler_pool.h"
#include "net/http_head.h"
#include "net/loop.h"
#include "net/task.h"

namespace weir {

class Worker;

inline constexpr std::string_view kSelfUsagePath = "/.weir/usage";

/// GET or HEAD of that path.
[[nodiscard]] bool is_self_usage(const RequestContext& context);

class SelfUsage {
 public:
  /// Requests that wait for the helper thread; beyond: 503.
  static constexpr std::size_t kWaitingMax = 256;
  /// Answers kept, each for a second.
  static constexpr std::size_t kKeptMax = 4096;

  explicit SelfUsage(KeyUsageQuery query);

  /// The usage of `key` as the inside of a JSON object; may be a second old. On the thread of `loop`.
  [[nodiscard]] net::Task<Result<std::string>> ask(net::Loop& loop, KeyId key, UtcTime now);
  /// Waits for a question that runs; those that wait are never answered.
  void stop();

 private:
  struct Kept {
    UtcTime at{};
    std::string usage;
  };
  /// On the helper thread.
  Result<std::string> answer(KeyId key, UtcTime now);

  const KeyUsageQuery query_;
  UtcTime complained_at_{};     // the helper thread's
  std::map<KeyId, Kept> kept_;  // the helper thread's; at most kKeptMax
  net::HandlerPool pool_;       // one thread
};

/// Whose usage is asked for; renders the limits as they stand, without taking from them: as headers into
/// `context`, and as a JSON array into `limits`. Returns how the request is refused. Allowed routes of a key
/// are about the upstream's; its networks count here too.
[[nodiscard]] std::optional<Refusal> identify_for_usage(Worker& worker, const net::HeaderList& headers,
                                                        RequestContext& context, std::string& limits);

[[nodiscard]] Refusal usage_unavailable();

/// "last_24_hours" and "hours", the inside of an object. Pure.
[[nodiscard]] std::string usage_json(const std::vector<UsageHour>& hours, UtcTime now);

[[nodiscard]] std::string self_usage_body(KeyId key, std::string_view limits, std::string_view usage);

}  // namespace weir
