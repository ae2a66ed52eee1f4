// The bytes of a WindowDelta: varints (store/byte_io.h), subjects in rising order, each behind the last.
#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "alerts/window_delta.h"
#include "base/breath.h"
#include "store/byte_io.h"

namespace weir {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kPiece = 64;  // subjects between breaths: some 20 µs

/// The longest form of one subject: its number, three counts, response times, two sets, a window.
constexpr std::size_t kSubjectMax = 5 + 3 * 5 + LatencySketch::kEncodedMax + 2 * (2 + 256) + 1;

std::uint8_t* write(std::uint8_t* out, const TrafficCounts& counts) {
  for (const std::uint32_t part : {counts.calls, counts.errors, counts.refused})
    out = write_varint(out, part);
  return out;
}

std::uint8_t* write(std::uint8_t* out, WindowDelta::Marks marks) {
  return std::copy(marks.begin(), marks.end(), write_varint(out, marks.size()));
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
  void require(bool condition) { ok_ = ok_ && condition; }
  /// At most `max` subjects of keys or endpoints, each given to `visit`.
  template <class Visit>
  void subjects(std::size_t max, bool are_keys, Visit visit) {
    std::uint32_t id = 0;
    for (std::uint64_t left = number(max); ok_ && left > 0; --left) {
      WindowDelta::Part part;
      const std::uint32_t gap = word();
      require(gap > 0 && gap <= 0xFFFF'FFFF - id);
      id += gap;
      part.id = id;
      part.counts = counts();
      ok_ = ok_ && LatencySketch::take(rest_, part.latency);
      if (are_keys) {
        part.sources = bits();
        part.unknown_paths = bits();
        const std::string_view window = take(1);
        if (ok_) part.limited_window = static_cast<std::uint8_t>(window[0]);
      }
      if (ok_) visit(part);
    }
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

void WindowDelta::put(std::string& out, const SubjectDelta& subject, std::uint32_t gap, bool is_key) const {
  std::array<std::uint8_t, kSubjectMax> room;
  std::uint8_t* end = write(write_varint(room.data(), gap), subject.counts);
  end = unpacked(latency(subject)).write(end);
  if (is_key) {
    end = write(end, sources(subject));
    end = write(end, unknown_paths(subject));
    *end++ = subject.limited_window;
  }
  out.append(reinterpret_cast<const char*>(room.data()), static_cast<std::size_t>(end - room.data()));
}

void WindowDelta::encode(std::string& out) const {
  std::array<std::uint8_t, 5 * 5> room;
  std::uint8_t* end = write(room.data(), overall_.counts);
  end = write_varint(write_varint(end, overall_.forwarded), overall_.unavailable);
  out += kVersion;
  out.append(reinterpret_cast<const char*>(room.data()), static_cast<std::size_t>(end - room.data()));
  for (const Subjects* subjects : {&keys_, &endpoints_}) {
    put_varint(out, subjects->size());
    std::uint32_t before = 0;
    for (std::size_t done = 0; const SubjectDelta& subject : *subjects) {
      if (++done % kPiece == 0) breathe();
      put(out, subject, subject.id - std::exchange(before, subject.id), subjects == &keys_);
    }
  }
  put_varint(out, refusals_.size());
  for (const auto& [subject, counts] : refusals_) {
    put_varint(out, subject.key.value());
    if (!subject.key) {
      out.append(reinterpret_cast<const char*>(subject.source.bytes.data()), subject.source.bytes.size());
    }
    put_varint(out, counts.refused);
    put_varint(out, counts.dead);
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
    taker.subjects(bytes.size(), true, [&delta](const Part& part) { delta.add_key(part); });
    taker.subjects(bytes.size(), false, [&delta](const Part& part) { delta.add_endpoint(part); });
    for (std::uint64_t left = taker.number(bytes.size()); taker.ok() && left > 0; --left) {
      RefusedSubject subject{.key = KeyId(taker.word()), .source = {}};
      if (!subject.key) {
        const std::string_view source = taker.take(subject.source.bytes.size());
        if (taker.ok()) std::memcpy(subject.source.bytes.data(), source.data(), source.size());
      }
      const auto refused = taker.word();
      const RefusalCounts counts{.refused = refused, .dead = taker.word()};
      taker.require(delta.refusals_.empty() || delta.refusals_.back().first < subject);
      delta.refusals_.emplace_back(subject, counts);
    }
  }
  if (!known || !taker.at_end()) return fail(ErrorCode::kCorrupt, "the kept windows of alerts are damaged");
  return delta;
}

}  // namespace weir
