#include "alerts/window_delta.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace weir {
namespace {

std::uint64_t mixed(std::uint64_t value) {  // the finaliser of SplitMix64
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

/// Appends the marks; how many there are.
std::uint16_t put_marks(const DistinctBits& bits, std::vector<std::uint8_t>& out) {
  std::uint16_t marks = 0;
  for (unsigned word = 0; word < bits.size(); ++word) {
    for (std::uint64_t left = bits[word]; left != 0; left &= left - 1, ++marks)
      out.push_back(static_cast<std::uint8_t>(word << 6 | static_cast<unsigned>(std::countr_zero(left))));
  }
  return marks;
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

void WindowDelta::Part::clear() {
  id = 0;
  counts = {};
  limited_window = kNoWindow;
  latency.clear();
  sources = {};
  unknown_paths = {};
}

void WindowDelta::reserve(std::size_t keys) {
  constexpr std::size_t kBytesEach = 12;
  keys_.reserve(keys);
  bytes_.reserve(keys * kBytesEach);
}

SubjectDelta WindowDelta::placed(const Part& part) {
  SubjectDelta subject;
  subject.id = part.id;
  subject.counts = part.counts;
  subject.limited_window = part.limited_window;
  subject.bytes_at = static_cast<std::uint32_t>(bytes_.size());
  if (!part.latency.empty()) {
    PackedLatencyRoom room;
    const PackedLatency latency = packed(part.latency, room);
    bytes_.insert(bytes_.end(), latency.begin(), latency.end());
    subject.latency_bytes = static_cast<std::uint8_t>(latency.size());
  }
  subject.sources = put_marks(part.sources, bytes_);
  subject.unknown_paths = put_marks(part.unknown_paths, bytes_);
  return subject;
}

}  // namespace weir
