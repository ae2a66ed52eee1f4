#include "admin/event_ring.h"

#include <algorithm>

namespace weir {

std::string_view to_string(LiveTopic topic) {
  return topic == LiveTopic::kAlert ? "alert" : "totals";
}

namespace {

/// Of an event that is the first of its millisecond.
std::uint64_t first_id_at(UtcTime now) {
  const auto millis = std::chrono::floor<Millis>(now.time_since_epoch()).count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(1, millis));
}

}  // namespace

EventRing::EventRing(UtcTime now) : last_id_(first_id_at(now) - 1) {
  gone_.fill(last_id_);
}

void EventRing::publish(LiveTopic topic, std::string data, UtcTime now) {
  const auto index = static_cast<std::size_t>(topic);
  const std::lock_guard lock(mutex_);
  last_id_ = std::max(last_id_ + 1, first_id_at(now));
  auto& events = events_[index];
  events.push_back({last_id_, topic, std::move(data)});
  if (events.size() <= kEventsMax) return;
  gone_[index] = events.front().id;
  events.pop_front();
}

EventRing::Batch EventRing::after(std::uint64_t id, std::size_t max) const {
  Batch batch;
  const std::lock_guard lock(mutex_);
  batch.gone = gone_;
  std::array<std::deque<LiveEvent>::const_iterator, kLiveTopics> next;
  for (std::size_t i = 0; i < kLiveTopics; ++i) {
    next[i] =
        std::upper_bound(events_[i].begin(), events_[i].end(), id,
                         [](std::uint64_t wanted, const LiveEvent& event) { return wanted < event.id; });
  }
  while (batch.events.size() < max) {
    std::size_t first = kLiveTopics;
    for (std::size_t i = 0; i < kLiveTopics; ++i) {
      if (next[i] != events_[i].end() && (first == kLiveTopics || next[i]->id < next[first]->id)) first = i;
    }
    if (first == kLiveTopics) break;
    batch.events.push_back(*next[first]++);
  }
  return batch;
}

std::uint64_t EventRing::last_id() const {
  const std::lock_guard lock(mutex_);
  return last_id_;
}

}  // namespace weir
