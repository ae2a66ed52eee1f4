#include "limits/limit_replay.h"

#include <algorithm>
#include <utility>

#include "limits/fixed_window.h"
#include "limits/sliding_window.h"

namespace weir {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

std::int64_t nanos(UtcTime time) {
  return time.time_since_epoch().count() * 1000;
}

}  // namespace

bool reaches_limits(Outcome outcome) {
  switch (outcome) {
    case Outcome::kMissingKey:
    case Outcome::kMalformedKey:
    case Outcome::kUnknownKey:
    case Outcome::kExpiredKey:
    case Outcome::kInactiveKey:
    case Outcome::kNotAllowed:
    case Outcome::kBadRequest:
    case Outcome::kNoRoute:
    case Outcome::kSelfUsage:
      return false;
    default:
      return true;
  }
}

LimitReplay::LimitReplay(LimitSettings settings, std::function<Quota(KeyId)> quota_of)
    : settings_(std::move(settings)), quota_of_(std::move(quota_of)) {
  for (std::size_t i = 0; i < settings_.windows.size(); ++i)
    length_ns_[i] = std::int64_t{settings_.windows[i].seconds} * kSecondNs;
}

template <class Window>
void LimitReplay::decide(Key& state, const ReplayedCall& call) const {
  auto& [counters, key] = state;
  const std::int64_t now_ns = nanos(call.at);
  const std::size_t windows = settings_.windows.size();
  std::array<std::uint32_t, kWindowsMax> used{};
  std::size_t refused_by = windows;
  for (std::size_t i = 0; i < windows; ++i) {
    counters[i] = Window::settle(counters[i], now_ns, length_ns_[i]);
    used[i] = Window::used(counters[i], now_ns, length_ns_[i]);
    if (refused_by == windows && !has_room(used[i], call.cost, key.quota[i])) refused_by = i;
  }
  const bool refused = refused_by != windows;
  if (call.counts) {
    ++key.calls;
    if (refused) {
      ++key.refused;
      ++key.refused_by[refused_by];
      if (!key.first_refused_at) key.first_refused_at = call.at;
    }
  }
  if (refused && !settings_.shadow) return;
  for (std::size_t i = 0; i < windows; ++i) {
    counters[i] = Window::charge(counters[i], call.cost, now_ns);
    used[i] = add_saturated(used[i], call.cost);
    if (call.counts && used[i] > key.peaks[i].used) key.peaks[i] = {.used = used[i], .at = call.at};
  }
}

LimitReplay::Keys::Position LimitReplay::position_of(KeyId key) {
  const std::size_t before = keys_.size();
  const Keys::Position position = keys_.find_or_add(key.value());
  if (keys_.size() != before) keys_.at(position).limits.quota = quota_of_(key);
  return position;
}

void LimitReplay::take(std::span<const ReplayedCall> calls) {
  // Of many keys most are in no cache: they are fetched some calls ahead.
  constexpr std::size_t kTogether = 16;
  std::array<Keys::Position, kTogether> positions;
  while (!calls.empty()) {
    const auto some = calls.first(std::min(kTogether, calls.size()));
    calls = calls.subspan(some.size());
    for (const ReplayedCall& call : some) keys_.fetch_slot(call.key.value());
    for (std::size_t i = 0; i < some.size(); ++i) {
      positions[i] = some[i].key ? position_of(some[i].key) : keys_.kNone;
      if (some[i].key) keys_.fetch(positions[i]);
    }
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (positions[i] == keys_.kNone) continue;
      Key& state = keys_.at(positions[i]);
      if (some[i].counts && some[i].was_refused) ++state.limits.refused_then;
      if (settings_.algorithm == LimitAlgorithm::kSliding)
        decide<SlidingWindow>(state, some[i]);
      else
        decide<FixedWindow>(state, some[i]);
    }
  }
}

template <class Window>
void LimitReplay::look(const Key& state, UtcTime now, double share, std::vector<LimitLevel>& out) const {
  const auto& [counters, key] = state;
  const std::int64_t now_ns = nanos(now);
  for (std::size_t i = 0; i < settings_.windows.size(); ++i) {
    if (key.quota[i] == kUnlimited || key.quota[i] == 0) continue;
    const WindowCounter counter = Window::settle(counters[i], now_ns, length_ns_[i]);
    const std::uint32_t used = Window::used(counter, now_ns, length_ns_[i]);
    if (!counter.is_open() || used < share * key.quota[i]) continue;
    const std::int64_t left = Window::full_at(counter, length_ns_[i]) - now_ns;
    out.push_back({.window = static_cast<std::uint8_t>(i),
                   .limit = key.quota[i],
                   .used = used,
                   .reset_seconds = static_cast<std::uint32_t>((left + kSecondNs - 1) / kSecondNs)});
  }
}

void LimitReplay::levels(KeyId key, UtcTime now, double share, std::vector<LimitLevel>& out) const {
  const Key* state = keys_.get(key.value());
  if (state == nullptr) return;
  if (settings_.algorithm == LimitAlgorithm::kSliding)
    look<SlidingWindow>(*state, now, share, out);
  else
    look<FixedWindow>(*state, now, share, out);
}

}  // namespace weir
