// What the calls that ended within one second add to the windows: the form in which windows are filled, kept
// with the journal position, sent between nodes and replayed. CallTally (call_tally.h) makes them.
//
// Immutable, subjects by rising number, so that windows are filled and bytes written in one pass. Bounded by
// the calls it was made of.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alerts/packed_latency.h"
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
/// The bit a value has.
[[nodiscard]] inline std::uint8_t mark_of(std::uint64_t hash) {
  return static_cast<std::uint8_t>(hash);
}
/// False: it had that bit.
inline bool mark(DistinctBits& bits, std::uint8_t bit) {
  std::uint64_t& word = bits[bit >> 6];
  const std::uint64_t before = word;
  word |= std::uint64_t{1} << (bit & 63);
  return word != before;
}
[[nodiscard]] std::uint64_t source_hash(const IpAddress& address);
/// Linear counting (Whang, Vander-Zanden, Taylor, 1990): within 10 % up to 300, at most 1,420.
[[nodiscard]] std::uint32_t distinct_count(const DistinctBits& bits);

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

/// What one key or endpoint did. The rest of it is asked of the WindowDelta it is in.
struct SubjectDelta {
  std::uint32_t id = 0;
  TrafficCounts counts;
  std::uint8_t limited_window = kNoWindow;  // of a key: the last that refused a call

 private:
  friend class WindowDelta;
  std::uint8_t latency_bytes = 0;
  std::uint16_t sources = 0;
  std::uint16_t unknown_paths = 0;
  std::uint32_t bytes_at = 0;
};

class WindowDelta {
 public:
  using Subjects = std::vector<SubjectDelta>;                              // by rising id
  using Refusals = std::vector<std::pair<RefusedSubject, RefusalCounts>>;  // by rising subject
  using Marks = std::span<const std::uint8_t>;                             // mark_of, rising

  /// One subject as it is put in.
  struct Part {
    std::uint32_t id = 0;
    TrafficCounts counts;
    std::uint8_t limited_window = kNoWindow;
    LatencySketch latency;         // of the calls that were passed on
    DistinctBits sources{};        // of a key only
    DistinctBits unknown_paths{};  // answered 404; of a key only

    void clear();
  };
  /// Ids and subjects must rise.
  void add_key(const Part& part) { keys_.push_back(placed(part)); }
  void add_endpoint(const Part& part) { endpoints_.push_back(placed(part)); }
  void set_overall(const OverallDelta& overall) { overall_ = overall; }
  void set_refusals(Refusals refusals) { refusals_ = std::move(refusals); }
  void reserve(std::size_t keys);

  [[nodiscard]] const OverallDelta& overall() const { return overall_; }
  [[nodiscard]] const Subjects& keys() const { return keys_; }
  [[nodiscard]] const Subjects& endpoints() const { return endpoints_; }
  [[nodiscard]] const Refusals& refusals() const { return refusals_; }
  /// Of a subject of this delta.
  [[nodiscard]] PackedLatency latency(const SubjectDelta& subject) const {
    return {bytes_.data() + subject.bytes_at, subject.latency_bytes};
  }
  [[nodiscard]] Marks sources(const SubjectDelta& subject) const {
    return {bytes_.data() + subject.bytes_at + subject.latency_bytes, subject.sources};
  }
  [[nodiscard]] Marks unknown_paths(const SubjectDelta& subject) const {
    return {bytes_.data() + subject.bytes_at + subject.latency_bytes + subject.sources,
            subject.unknown_paths};
  }

  /// Appends the bytes: the same calls give the same bytes.
  void encode(std::string& out) const;
  /// kCorrupt for anything `encode` did not write.
  [[nodiscard]] static Result<WindowDelta> decode(std::string_view bytes);

 private:
  [[nodiscard]] SubjectDelta placed(const Part& part);
  void put(std::string& out, const SubjectDelta& subject, std::uint32_t gap, bool is_key) const;

  OverallDelta overall_;
  Subjects keys_;
  Subjects endpoints_;
  Refusals refusals_;
  std::vector<std::uint8_t> bytes_;  // of each subject: response times, sources, unknown paths
};

}  // namespace weir
