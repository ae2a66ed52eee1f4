// The bytes of a WindowDelta: varints (store/byte_io.h), subjects in rising order, each behind the last.
#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "alerts/window_delta.h"
#include "store/byte_io.h"

namespace weir {
namespace {

constexpr char kVersion = 1;

void put(std::string& out, const TrafficCounts& counts) {
  put_varint(out, counts.calls);
  put_varint(out, counts.errors);
  put_varint(out, counts.refused);
}

void put(std::string& out, const DistinctBits& bits) {
  int set = 0;
  for (const std::uint64_t word : bits) set += std::popcount(word);
  put_varint(out, static_cast<std::uint64_t>(set));
  for (unsigned bit = 0; set > 0 && bit < 256; ++bit) {
    if ((bits[bit >> 6] >> (bit & 63) & 1) != 0) out += static_cast<char>(bit);
  }
}

/// Takes things off the front of the bytes; once one is damaged all are.
class Taker {
 public:
  explicit Taker(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return ok_ && rest_.empty(); }

  std::uint64_t number(std::uint64_t max) {
    std::uint64_t value = 0;
    ok_ = ok_ && take_varint(rest_, value) && value <= max;
    return ok_ ? value : 0;
  }
  std::uint32_t word() { return static_cast<std::uint32_t>(number(0xFFFF'FFFF)); }
  TrafficCounts counts() {
    const auto calls = word();
    const auto errors = word();
    return {.calls = calls, .errors = errors, .refused = word()};
  }
  DistinctBits bits() {
    DistinctBits bits{};
    for (std::uint64_t left = number(256); ok_ && left > 0; --left) {
      const std::string_view bit = take(1);
      if (ok_) bits[static_cast<std::uint8_t>(bit[0]) >> 6] |= std::uint64_t{1} << (bit[0] & 63);
    }
    return bits;
  }
  std::string_view take(std::size_t size) {
    std::string_view bytes;
    ok_ = ok_ && take_bytes(rest_, size, bytes);
    return bytes;
  }
  void latency(LatencySketch& sketch) { ok_ = ok_ && LatencySketch::take(rest_, sketch); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

template <class Map>
std::vector<typename Map::const_pointer> in_order(const Map& map) {
  std::vector<typename Map::const_pointer> sorted;
  sorted.reserve(map.size());
  for (const auto& entry : map) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(), [](auto a, auto b) { return a->first < b->first; });
  return sorted;
}

}  // namespace

void WindowDelta::encode(std::string& out) const {
  out += kVersion;
  put(out, overall_.counts);
  put_varint(out, overall_.forwarded);
  put_varint(out, overall_.unavailable);
  put_varint(out, keys_.size());
  std::uint32_t before = 0;
  for (const auto* entry : in_order(keys_)) {
    put_varint(out, entry->first - std::exchange(before, entry->first));
    put(out, entry->second.counts);
    entry->second.latency.encode(out);
    put(out, entry->second.sources);
    put(out, entry->second.unknown_paths);
    out += static_cast<char>(entry->second.limited_window);
  }
  put_varint(out, endpoints_.size());
  before = 0;
  for (const auto* entry : in_order(endpoints_)) {
    put_varint(out, entry->first - std::exchange(before, entry->first));
    put(out, entry->second.counts);
    entry->second.latency.encode(out);
  }
  put_varint(out, refusals_.size());
  for (const auto* entry : in_order(refusals_)) {
    put_varint(out, entry->first.key.value());
    if (!entry->first.key) {
      out.append(reinterpret_cast<const char*>(entry->first.source.bytes.data()),
                 entry->first.source.bytes.size());
    }
    put_varint(out, entry->second.refused);
    put_varint(out, entry->second.dead);
  }
}

Result<WindowDelta> WindowDelta::decode(std::string_view bytes) {
  WindowDelta delta;
  Taker taker(bytes);
  const std::string_view version = taker.take(1);
  const bool known = taker.ok() && version[0] == kVersion;
  if (known) {
    delta.overall_.counts = taker.counts();
    delta.overall_.forwarded = taker.word();
    delta.overall_.unavailable = taker.word();
    std::uint32_t id = 0;
    for (std::uint64_t left = taker.number(bytes.size()); taker.ok() && left > 0; --left) {
      id += taker.word();
      KeyDelta& key = delta.keys_[id];
      key.counts = taker.counts();
      taker.latency(key.latency);
      key.sources = taker.bits();
      key.unknown_paths = taker.bits();
      const std::string_view window = taker.take(1);
      if (taker.ok()) key.limited_window = static_cast<std::uint8_t>(window[0]);
    }
    id = 0;
    for (std::uint64_t left = taker.number(bytes.size()); taker.ok() && left > 0; --left) {
      id += taker.word();
      SubjectDelta& endpoint = delta.endpoints_[id];
      endpoint.counts = taker.counts();
      taker.latency(endpoint.latency);
    }
    for (std::uint64_t left = taker.number(bytes.size()); taker.ok() && left > 0; --left) {
      RefusedSubject subject{.key = KeyId(taker.word()), .source = {}};
      if (!subject.key) {
        const std::string_view source = taker.take(subject.source.bytes.size());
        if (taker.ok()) std::memcpy(subject.source.bytes.data(), source.data(), source.size());
      }
      const auto refused = taker.word();
      delta.refusals_[subject] = {.refused = refused, .dead = taker.word()};
    }
  }
  if (!known || !taker.at_end()) return fail(ErrorCode::kCorrupt, "the kept windows of alerts are damaged");
  return delta;
}

}  // namespace weir
