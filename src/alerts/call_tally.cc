#include "alerts/call_tally.h"

#include <algorithm>
#include <utility>

#include "base/breath.h"
#include "base/radix_sort.h"
#include "store/stable_hash.h"

namespace weir {
namespace {

constexpr std::size_t kPiece = 1024;  // calls between breaths: some 10 µs
constexpr unsigned kPlaceBits = 22;
constexpr unsigned kSlownessBits = 10;
static_assert(std::size_t{1} << kPlaceBits == CallTally::kCallsMax);
static_assert(kLatencyBuckets < 1U << kSlownessBits);

std::uint32_t subject_of(std::uint64_t word) {
  return static_cast<std::uint32_t>(word >> (kPlaceBits + kSlownessBits));
}

/// Refused by weir for who called or how much, not for what was sent.
bool is_refusal(Outcome outcome) {
  return outcome >= Outcome::kMissingKey && outcome <= Outcome::kLimited;
}
bool is_unauthorized(Outcome outcome) {
  return outcome >= Outcome::kMissingKey && outcome <= Outcome::kNotAllowed;
}
bool is_dead_key(Outcome outcome) {
  return outcome == Outcome::kExpiredKey || outcome == Outcome::kInactiveKey;
}
bool is_unavailable(Outcome outcome) {
  return outcome == Outcome::kUpstreamUnavailable || outcome == Outcome::kUpstreamTimeout ||
         outcome == Outcome::kUpstreamInvalid || outcome == Outcome::kUpstreamAborted;
}

}  // namespace

void CallTally::add(const UsageRecord& record, EndpointId endpoint, bool is_error) {
  Call call;
  call.key = record.key.value();
  call.endpoint = endpoint.value();
  call.is_error = is_error;
  call.is_refused = is_refusal(record.outcome);
  overall_.counts.add({.calls = 1, .errors = is_error ? 1U : 0U, .refused = call.is_refused ? 1U : 0U});
  const bool timed = record.upstream_time > Micros(0) || record.outcome == Outcome::kForwarded;
  if (timed)
    call.slowness = static_cast<std::uint16_t>(kLatencyBuckets - latency_bucket(record.response_time));
  if (timed || is_unavailable(record.outcome)) {
    ++overall_.forwarded;
    if (is_unavailable(record.outcome)) ++overall_.unavailable;
  }
  if (record.key) {
    call.source = mark_of(source_hash(record.source));
    if (record.status == 404) {
      call.is_unknown = true;
      call.unknown_path = mark_of(stable_hash(record.path));
    }
    if (record.outcome == Outcome::kLimited) {
      call.is_limited = true;
      call.limited_window = record.refused_window;
    }
  }
  if (is_unauthorized(record.outcome)) {
    RefusalCounts& counts = refusals_[RefusedSubject::of(record)];
    ++counts.refused;
    if (is_dead_key(record.outcome)) ++counts.dead;
  }
  calls_.push_back(call);
}

void CallTally::sort_by(std::uint32_t Call::*subject) {
  order_.clear();
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    if (i % kPiece == 0) breathe();
    const Call& call = calls_[i];
    if (call.*subject == 0) continue;
    order_.push_back((std::uint64_t{call.*subject} << kSlownessBits | call.slowness) << kPlaceBits | i);
  }
  radix_sort(order_, kPlaceBits, room_);
}

void CallTally::collect(std::size_t& from, WindowDelta::Part& part) const {
  part.clear();
  part.id = subject_of(order_[from]);
  std::uint64_t limited_at = 0;
  std::uint32_t alike = 0;  // calls with the slowness of this one
  for (; from < order_.size() && subject_of(order_[from]) == part.id; ++from) {
    if (from % kPiece == 0) breathe();
    const std::uint64_t place = order_[from] & (kCallsMax - 1);
    const Call& call = calls_[place];
    part.counts.add({.calls = 1, .errors = call.is_error ? 1U : 0U, .refused = call.is_refused ? 1U : 0U});
    mark(part.sources, call.source);
    if (call.is_unknown) mark(part.unknown_paths, call.unknown_path);
    if (call.is_limited && place >= limited_at) {
      limited_at = place;
      part.limited_window = call.limited_window;
    }
    ++alike;
    const bool last =
        from + 1 == order_.size() || order_[from + 1] >> kPlaceBits != order_[from] >> kPlaceBits;
    if (!last) continue;
    if (call.slowness != 0)
      part.latency.add(static_cast<std::uint16_t>(kLatencyBuckets - call.slowness), alike);
    alike = 0;
  }
}

WindowDelta CallTally::take() {
  WindowDelta delta;
  WindowDelta::Part part;
  delta.set_overall(std::exchange(overall_, {}));
  delta.reserve(std::min(keys_ + keys_ / 8, calls_.size()));
  sort_by(&Call::key);
  for (std::size_t at = 0; at < order_.size();) {
    collect(at, part);
    delta.add_key(part);
  }
  keys_ = delta.keys().size();
  sort_by(&Call::endpoint);
  for (std::size_t at = 0; at < order_.size();) {
    collect(at, part);
    part.sources = {};
    part.unknown_paths = {};
    part.limited_window = kNoWindow;
    delta.add_endpoint(part);
  }
  if (!refusals_.empty()) {
    WindowDelta::Refusals refusals(refusals_.begin(), refusals_.end());
    std::sort(refusals.begin(), refusals.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    delta.set_refusals(std::move(refusals));
    refusals_.clear();
  }
  calls_.clear();
  return delta;
}

}  // namespace weir
