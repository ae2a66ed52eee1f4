// Slows down whoever fails to authenticate: token buckets a source and over all.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/clock.h"
#include "base/ip_address.h"

namespace weir {

/// `burst` failures at once, then one every `refill`.
struct ThrottleRules {
  double source_burst = 20;
  Millis source_refill{3000};
  double overall_burst = 200;
  Millis overall_refill{100};
  std::size_t sources_max = 4096;  // beyond, the source that failed longest ago is forgotten
};

/// Thread-safe; no I/O. A source is an IPv4 address or an IPv6 /64, which one subscriber has as a whole. Only
/// failures take from the buckets: who is let in is never slowed.
class FailureThrottle {
 public:
  explicit FailureThrottle(ThrottleRules rules) : rules_(rules), overall_{rules.overall_burst, {}} {}

  /// One more failure. Nothing: there was room for it; else how long to wait, 1 s at least.
  [[nodiscard]] std::optional<Seconds> fail(const IpAddress& source, Instant now);
  /// How long `source` must wait before it may try a sign-in; nothing: not at all. Takes nothing.
  [[nodiscard]] std::optional<Seconds> wait_of(const IpAddress& source, Instant now);

 private:
  struct Bucket {
    double left = 0;
    Instant filled{};
  };
  struct Source {
    IpAddress address;
    Bucket bucket;
  };
  struct Hash {
    std::size_t operator()(const IpAddress& address) const;
  };
  static void fill(Bucket& bucket, double burst, Millis refill, Instant now);
  static std::optional<Seconds> wait(const Bucket& bucket, Millis refill);
  [[nodiscard]] Bucket& bucket_of(const IpAddress& source, Instant now);

  const ThrottleRules rules_;
  std::mutex mutex_;
  Bucket overall_;             // guarded by mutex_
  std::list<Source> sources_;  // guarded by mutex_; the one that failed last first; at most sources_max
  std::unordered_map<IpAddress, std::list<Source>::iterator, Hash> places_;  // guarded by mutex_
};

/// The address itself for IPv4, its /64 for IPv6.
[[nodiscard]] IpAddress throttled_source(const IpAddress& source);

}  // namespace weir
