// What the calls that ended within one second add to the windows: the form in which windows are filled, kept
// with the journal position, sent between nodes and replayed.
//
// Not thread-safe. Bounded by the calls it was given.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "alerts/latency_sketch.h"
#include "base/result.h"
#include "model/alert_settings.h"
#include "model/usage_record.h"

namespace weir {

/// Statuses that are errors, as settings say.
class StatusSet {
 public:
  explicit StatusSet(const std::vector<StatusRange>& ranges);
  [[nodiscard]] bool contains(std::uint16_t status) const { return status < set_.size() && set_[status]; }

 private:
  std::bitset<600> set_;
};

struct TrafficCounts {
  std::uint32_t calls = 0;
  std::uint32_t errors = 0;
  std::uint32_t refused = 0;  // by weir: limits, restrictions, dead keys

  void add(const TrafficCounts& other) {
    calls += other.calls;
    errors += other.errors;
    refused += other.refused;
  }
  /// `part` was added before.
  void subtract(const TrafficCounts& part) {
    calls -= part.calls;
    errors -= part.errors;
    refused -= part.refused;
  }
};

/// A set of values, by one bit of 256 each: how many there are is estimated (distinct_count).
using DistinctBits = std::array<std::uint64_t, 4>;
void mark(DistinctBits& bits, std::uint64_t hash);
[[nodiscard]] std::uint64_t source_hash(const IpAddress& address);
/// Linear counting (Whang, Vander-Zanden, Taylor, 1990): within 10 % up to 300, at most 1,420.
[[nodiscard]] std::uint32_t distinct_count(const DistinctBits& bits);

struct SubjectDelta {
  TrafficCounts counts;
  LatencySketch latency;  // of the calls that were passed on
};

struct KeyDelta : SubjectDelta {
  DistinctBits sources{};
  DistinctBits unknown_paths{};             // answered 404
  std::uint8_t limited_window = kNoWindow;  // one that refused a call
};

/// Who was refused with 401 or 403: a known key, else a source (an IPv4 address, an IPv6 /64).
struct RefusedSubject {
  KeyId key;
  IpAddress source;

  [[nodiscard]] static RefusedSubject of(const UsageRecord& record);
  friend auto operator<=>(const RefusedSubject&, const RefusedSubject&) = default;
};
[[nodiscard]] std::size_t hash_value(const RefusedSubject& subject);

struct RefusalCounts {
  std::uint32_t refused = 0;
  std::uint32_t dead = 0;  // of those: the key is deactivated or expired
};

struct OverallDelta {
  TrafficCounts counts;
  std::uint32_t forwarded = 0;    // tried at the upstream
  std::uint32_t unavailable = 0;  // of those: it was not there, too late, or broke off
};

class WindowDelta {
 public:
  using Keys = boost::unordered_flat_map<std::uint32_t, KeyDelta>;
  using Endpoints = boost::unordered_flat_map<std::uint32_t, SubjectDelta>;
  using Refusals = boost::unordered_flat_map<RefusedSubject, RefusalCounts, boost::hash<RefusedSubject>>;

  WindowDelta() = default;
  /// With room for so many keys: seconds that follow each other are alike.
  explicit WindowDelta(std::size_t keys) { keys_.reserve(keys); }

  /// `endpoint` none: the call counts for no endpoint.
  void add(const UsageRecord& record, EndpointId endpoint, bool is_error);
  [[nodiscard]] bool empty() const { return overall_.counts.calls == 0; }

  [[nodiscard]] const OverallDelta& overall() const { return overall_; }
  [[nodiscard]] const Keys& keys() const { return keys_; }
  [[nodiscard]] const Endpoints& endpoints() const { return endpoints_; }
  [[nodiscard]] const Refusals& refusals() const { return refusals_; }

  /// Appends the bytes: the same calls give the same bytes.
  void encode(std::string& out) const;
  /// kCorrupt for anything `encode` did not write.
  [[nodiscard]] static Result<WindowDelta> decode(std::string_view bytes);

 private:
  OverallDelta overall_;
  Keys keys_;
  Endpoints endpoints_;
  Refusals refusals_;
};

}  // namespace weir
