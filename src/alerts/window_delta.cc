#include "alerts/window_delta.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "store/stable_hash.h"

namespace weir {
namespace {

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

std::uint64_t mixed(std::uint64_t value) {  // the finaliser of SplitMix64
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

}  // namespace

StatusSet::StatusSet(const std::vector<StatusRange>& ranges) {
  for (const StatusRange& range : ranges) {
    for (std::size_t status = range.first; status <= range.last && status < set_.size(); ++status)
      set_.set(status);
  }
}

std::uint64_t source_hash(const IpAddress& address) {
  std::uint64_t words[2];
  std::memcpy(words, address.bytes.data(), sizeof words);
  return mixed(words[0] ^ mixed(words[1]));
}

void mark(DistinctBits& bits, std::uint64_t hash) {
  bits[(hash >> 6) & 3] |= std::uint64_t{1} << (hash & 63);
}

std::uint32_t distinct_count(const DistinctBits& bits) {
  constexpr std::size_t kBits = 256;
  static const auto kCounts = [] {
    std::array<std::uint32_t, kBits + 1> counts{};
    for (std::size_t set = 0; set <= kBits; ++set) {
      const double clear = std::max(1.0, static_cast<double>(kBits - set));
      counts[set] = static_cast<std::uint32_t>(std::lround(kBits * std::log(kBits / clear)));
    }
    return counts;
  }();
  int set = 0;
  for (const std::uint64_t word : bits) set += std::popcount(word);
  return kCounts[static_cast<std::size_t>(set)];
}

RefusedSubject RefusedSubject::of(const UsageRecord& record) {
  if (record.key) return {.key = record.key, .source = {}};
  RefusedSubject subject{.key = {}, .source = record.source};
  if (!record.source.is_v4()) std::fill(subject.source.bytes.begin() + 8, subject.source.bytes.end(), 0);
  return subject;
}

std::size_t hash_value(const RefusedSubject& subject) {
  return static_cast<std::size_t>(mixed(source_hash(subject.source) + subject.key.value()));
}

void WindowDelta::add(const UsageRecord& record, EndpointId endpoint, bool is_error) {
  const bool refused = is_refusal(record.outcome);
  const TrafficCounts one{.calls = 1, .errors = is_error ? 1U : 0U, .refused = refused ? 1U : 0U};
  overall_.counts.add(one);
  const bool timed = record.upstream_time > Micros(0) || record.outcome == Outcome::kForwarded;
  const std::uint16_t bucket = timed ? latency_bucket(record.response_time) : std::uint16_t{0};
  if (timed || is_unavailable(record.outcome)) {
    ++overall_.forwarded;
    if (is_unavailable(record.outcome)) ++overall_.unavailable;
  }
  if (endpoint) {
    SubjectDelta& delta = endpoints_[endpoint.value()];
    delta.counts.add(one);
    if (timed) delta.latency.add(bucket);
  }
  if (record.key) {
    KeyDelta& delta = keys_[record.key.value()];
    delta.counts.add(one);
    if (timed) delta.latency.add(bucket);
    mark(delta.sources, source_hash(record.source));
    if (record.status == 404) mark(delta.unknown_paths, stable_hash(record.path));
    if (record.outcome == Outcome::kLimited) delta.limited_window = record.refused_window;
  }
  if (is_unauthorized(record.outcome)) {
    RefusalCounts& counts = refusals_[RefusedSubject::of(record)];
    ++counts.refused;
    if (is_dead_key(record.outcome)) ++counts.dead;
  }
}

}  // namespace weir
