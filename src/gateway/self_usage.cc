#include "gateway/self_usage.h"

#include <fmt/format.h>

#include "base/epoch.h"
#include "base/log.h"
#include "gateway/admission.h"
#include "gateway/worker.h"

namespace weir {
namespace {

constexpr Seconds kKeptFor{1};
constexpr Seconds kComplainEvery{10};

void append_window(std::string& out, const LimitWindow& window, const WindowState& state) {
  out += fmt::format(R"({}{{"window":"{}","seconds":{},)", out.size() > 1 ? "," : "", window.name,
                     window.seconds);
  if (state.limit == kUnlimited) {
    out += R"("limit":null,"remaining":null,"reset_seconds":0})";
    return;
  }
  out += fmt::format(R"("limit":{},"remaining":{},"reset_seconds":{}}})", state.limit, state.remaining,
                     state.reset_seconds);
}

std::string limits_json(const Decision& decision) {
  std::string out = "[";
  for (std::size_t i = 0; i < decision.window_count; ++i)
    append_window(out, decision.settings->windows[i], decision.windows[i]);
  return out += ']';
}

}  // namespace

bool is_self_usage(const RequestContext& context) {
  return context.path == kSelfUsagePath &&
         (context.method == Method::kGet || context.method == Method::kHead);
}

SelfUsage::SelfUsage(KeyUsageQuery query) : query_(std::move(query)), pool_(1, kWaitingMax) {}

void SelfUsage::stop() {
  pool_.stop();
}

net::Task<Result<std::string>> SelfUsage::ask(net::Loop& loop, KeyId key, UtcTime now) {
  const auto start = [this, &loop, key, now](auto done) {
    const bool accepted = pool_.submit([this, &loop, key, now, done]() mutable {
      auto usage = std::make_shared<Result<std::string>>(answer(key, now));
      loop.post([usage, done]() mutable { done(std::move(*usage)); });
    });
    if (accepted) return;
    loop.post([done]() mutable {
      done(fail(ErrorCode::kUnavailable, fmt::format("{} questions wait already", kWaitingMax)));
    });
  };
  co_return co_await net::complete<Result<std::string>>(start);
}

Result<std::string> SelfUsage::answer(KeyId key, UtcTime now) {
  if (!query_) return fail(ErrorCode::kUnavailable, "no usage is kept");
  const auto kept = kept_.find(key);
  if (kept != kept_.end() && now >= kept->second.at && now - kept->second.at < kKeptFor)
    return kept->second.usage;
  if (kept_.size() >= kKeptMax) {
    std::erase_if(kept_, [now](const auto& entry) { return now - entry.second.at >= kKeptFor; });
    if (kept_.size() >= kKeptMax) kept_.clear();
  }
  auto hours = query_(key, now);
  if (!hours) {
    if (now < complained_at_ || now - complained_at_ >= kComplainEvery)
      log::warn("a consumer's usage could not be told", {{"reason", hours.error().detail}});
    complained_at_ = now;
    return tl::unexpected<Error>(std::move(hours).error());
  }
  return (kept_[key] = {now, usage_json(*hours, now)}).usage;
}

std::optional<Refusal> identify_for_usage(Worker& worker, const net::HeaderList& headers,
                                          RequestContext& context, std::string& limits) {
  const EpochGuard guard;
  KeyMatch match;
  if (auto refused = identify(worker, headers, context, match)) return refused;
  const Decision decision = worker.parts().limiter.peek(match.id, match.quota, context.started);
  worker.limit_headers().append(context.limit_headers, decision, worker.settings()->settings.ietf_headers);
  if (match.restrictions != nullptr && !match.restrictions->allow_source(context.source))
    return refusal_for(Outcome::kNotAllowed);
  limits = limits_json(decision);
  return std::nullopt;
}

Refusal usage_unavailable() {
  return {.outcome = Outcome::kOverloaded,
          .status = 503,
          .detail = "Usage cannot be told now",
          .retry_after_seconds = 1};
}

std::string usage_json(const std::vector<UsageHour>& hours, UtcTime now) {
  UsageHour sum;
  std::string list;
  for (const auto& hour : hours) {
    sum.requests += hour.requests;
    sum.errors += hour.errors;
    sum.limited += hour.limited;
    list +=
        fmt::format(R"({}{{"from":"{}","requests":{},"errors":{},"limited":{}}})", list.empty() ? "" : ",",
                    to_rfc3339(hour.from), hour.requests, hour.errors, hour.limited);
  }
  return fmt::format(
      R"("last_24_hours":{{"from":"{}","to":"{}","requests":{},"errors":{},"limited":{}}},"hours":[{}])",
      to_rfc3339(hours.empty() ? now : hours.front().from), to_rfc3339(now), sum.requests, sum.errors,
      sum.limited, list);
}

std::string self_usage_body(KeyId key, std::string_view limits, std::string_view usage) {
  return fmt::format(R"({{"key_id":{},"limits":{},{}}})", key.value(), limits, usage);
}

}  // namespace weir
