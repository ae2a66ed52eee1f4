#include "admin/failure_throttle.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace weir {

IpAddress throttled_source(const IpAddress& source) {
  IpAddress network = source;
  if (!source.is_v4()) std::fill(network.bytes.begin() + 8, network.bytes.end(), std::uint8_t{0});
  return network;
}

std::size_t FailureThrottle::Hash::operator()(const IpAddress& address) const {
  return std::hash<std::string_view>()(
      {reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size()});
}

void FailureThrottle::fill(Bucket& bucket, double burst, Millis refill, Instant now) {
  if (now > bucket.filled) {
    const double gained =
        std::chrono::duration<double>(now - bucket.filled) / std::chrono::duration<double>(refill);
    bucket.left = std::min(burst, bucket.left + gained);
  }
  bucket.filled = now;
}

std::optional<Seconds> FailureThrottle::wait(const Bucket& bucket, Millis refill) {
  if (bucket.left >= 1) return std::nullopt;
  const double seconds = (1 - bucket.left) * std::chrono::duration<double>(refill).count();
  return Seconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(seconds))));
}

FailureThrottle::Bucket& FailureThrottle::bucket_of(const IpAddress& source, Instant now) {
  const auto known = places_.find(source);
  if (known != places_.end()) {
    sources_.splice(sources_.begin(), sources_, known->second);
  } else {
    if (sources_.size() >= rules_.sources_max) {
      places_.erase(sources_.back().address);
      sources_.pop_back();
    }
    sources_.push_front({source, {rules_.source_burst, now}});
    places_[source] = sources_.begin();
  }
  auto& bucket = sources_.front().bucket;
  fill(bucket, rules_.source_burst, rules_.source_refill, now);
  return bucket;
}

std::optional<Seconds> FailureThrottle::fail(const IpAddress& source, Instant now) {
  const std::scoped_lock lock(mutex_);
  auto& own = bucket_of(throttled_source(source), now);
  fill(overall_, rules_.overall_burst, rules_.overall_refill, now);
  if (const auto seconds = wait(own, rules_.source_refill)) return seconds;
  if (const auto seconds = wait(overall_, rules_.overall_refill)) return seconds;
  own.left -= 1;
  overall_.left -= 1;
  return std::nullopt;
}

std::optional<Seconds> FailureThrottle::wait_of(const IpAddress& source, Instant now) {
  const std::scoped_lock lock(mutex_);
  const auto known = places_.find(throttled_source(source));
  if (known == places_.end()) return std::nullopt;
  auto& bucket = known->second->bucket;
  fill(bucket, rules_.source_burst, rules_.source_refill, now);
  return wait(bucket, rules_.source_refill);
}

}  // namespace weir
