// The last calls of a day, held in memory until they make a full block: first those stored in small blocks,
// then those not stored yet.
//
// Not thread-safe. Bounded: the writer seals at kBlockRows calls or kTailBytesMax bytes of text.
#pragma once

#include <cstddef>
#include <deque>
#include <string_view>
#include <vector>

#include "store/call_block.h"
#include "store/call_log.h"

namespace weir {

inline constexpr std::size_t kTailBytesMax = 1U << 20;

class CallTail {
 public:
  /// Copies the call with everything its views point to; not stored yet.
  void push(const CallEntry& call);
  /// All of them are stored now.
  void set_stored() { stored_ = calls_.size(); }
  void clear();

  [[nodiscard]] std::size_t size() const { return calls_.size(); }
  [[nodiscard]] std::size_t stored() const { return stored_; }
  [[nodiscard]] bool is_full() const { return size() >= kBlockRows || text_bytes_ >= kTailBytesMax; }
  /// Makes `out` the calls from the `first` on, oldest first; valid until the next push or clear.
  void view(std::size_t first, std::vector<CallInput>& out) const;
  /// Those not stored yet, as they were pushed; valid until the next push or clear.
  [[nodiscard]] std::vector<CallEntry> unstored() const;

 private:
  std::string_view keep(std::string_view text);

  struct Call {
    UsageRecord record;
    std::string_view refused_window;
    std::string_view endpoint;
    JournalIndex journal = 0;
    JournalPosition next;
  };
  std::vector<Call> calls_;
  std::size_t stored_ = 0;                // of calls_, the first ones
  std::deque<std::vector<char>> chunks_;  // texts; chunks never move, so views into them stay
  std::size_t chunk_ = 0;                 // of chunks_, the one that is filled
  std::size_t text_bytes_ = 0;
};

}  // namespace weir
