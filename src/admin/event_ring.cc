#include "admin/event_ring.h"

#include <algorithm>

namespace weir {

void EventRing::publish(std::string type, std::string data, UtcTime now) {
  const auto millis = std::chrono::duration_cast<Millis>(now.time_since_epoch()).count();
  const std::lock_guard lock(mutex_);
  const std::uint64_t last = events_.empty() ? dropped_id_ : events_.back().id;
  const std::uint64_t id = std::max(last + 1, static_cast<std::uint64_t>(std::max<std::int64_t>(0, millis)));
  events_.push_back({id, std::move(type), std::move(data)});
  if (events_.size() <= kEventsMax) return;
  dropped_id_ = events_.front().id;
  events_.pop_front();
}

EventRing::Batch EventRing::after(std::uint64_t id, std::size_t max) const {
  Batch batch;
  const std::lock_guard lock(mutex_);
  batch.missed = id < dropped_id_;
  const auto first =
      std::upper_bound(events_.begin(), events_.end(), id,
                       [](std::uint64_t wanted, const LiveEvent& event) { return wanted < event.id; });
  const auto count = std::min(max, static_cast<std::size_t>(events_.end() - first));
  batch.events.assign(first, first + static_cast<std::ptrdiff_t>(count));
  return batch;
}

std::uint64_t EventRing::last_id() const {
  const std::lock_guard lock(mutex_);
  return events_.empty() ? dropped_id_ : events_.back().id;
}

}  // namespace weir
