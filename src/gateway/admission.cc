#include "gateway/admission.h"

#include <fmt/format.h>

#include "base/epoch.h"

namespace weir {
namespace {

Outcome outcome_of(KeyStatus status) {
  switch (status) {
    case KeyStatus::kMalformed:
      return Outcome::kMalformedKey;
    case KeyStatus::kUnknown:
      return Outcome::kUnknownKey;
    case KeyStatus::kExpired:
      return Outcome::kExpiredKey;
    case KeyStatus::kInactive:
      return Outcome::kInactiveKey;
    case KeyStatus::kValid:
      break;
  }
  return Outcome::kForwarded;
}

Refusal limited(const Decision& decision) {
  Refusal refusal{
      .outcome = Outcome::kLimited, .status = 429, .retry_after_seconds = decision.retry_after_seconds};
  refusal.violated_policy = decision.settings->windows[decision.refused_window].name;
  refusal.detail = fmt::format("Rate limit exceeded for {}. Try again in {} seconds", refusal.violated_policy,
                               decision.retry_after_seconds);
  return refusal;
}

}  // namespace

std::optional<Refusal> identify(Worker& worker, const net::HeaderList& headers, RequestContext& context,
                                KeyMatch& match) {
  const net::Header* presented = headers.find(net::HeaderId::kXApiKey);
  if (presented == nullptr || presented->value.empty()) return refusal_for(Outcome::kMissingKey);
  // Two different keys: whichever were taken, somebody behind us could take the other.
  if (headers.count(net::HeaderId::kXApiKey) > 1) return refusal_for(Outcome::kMalformedKey);
  match = worker.parts().keys.find(presented->value, context.at);
  context.key = match.id;
  context.user = match.user;
  if (match.status != KeyStatus::kValid) return refusal_for(outcome_of(match.status));
  return std::nullopt;
}

std::optional<Refusal> admit(Worker& worker, const net::HeaderList& headers, const Route* route,
                             RequestContext& context) {
  const auto& parts = worker.parts();
  const EpochGuard guard;
  KeyMatch match;
  if (auto refused = identify(worker, headers, context, match)) return refused;

  const bool ietf = worker.settings()->settings.ietf_headers;
  const bool allowed =
      match.restrictions == nullptr || match.restrictions->allow(context.path, context.source);
  if (!allowed || route == nullptr) {
    worker.limit_headers().append(context.limit_headers,
                                  parts.limiter.peek(match.id, match.quota, context.started), ietf);
    return refusal_for(allowed ? Outcome::kNoRoute : Outcome::kNotAllowed);
  }

  const Decision decision = parts.limiter.take(match.id, match.quota, route->cost(), context.started);
  context.refused_window = decision.refused_window;
  context.shadow_limited = decision.shadow_limited;
  worker.limit_headers().append(context.limit_headers, decision, ietf);
  if (!decision.admitted) return limited(decision);
  return std::nullopt;
}

}  // namespace weir
