// The calls of a day that are stored in small blocks only, held in memory until they make a full one.
//
// Not thread-safe. Bounded: the writer seals at kBlockRows calls or kTailBytesMax bytes of text.
#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <string_view>
#include <vector>

#include "store/call_block.h"

namespace weir {

inline constexpr std::size_t kTailBytesMax = 1U << 20;

class CallTail {
 public:
  /// Copies the call with everything its views point to.
  void push(const CallInput& call);
  void clear();

  [[nodiscard]] std::size_t size() const { return calls_.size(); }
  [[nodiscard]] std::size_t text_bytes() const { return text_bytes_; }
  [[nodiscard]] std::size_t bytes_of(const CallInput& call) const;
  /// Appends the calls to `out`, oldest first; valid until the next push or clear.
  void view(std::vector<CallInput>& out) const;

 private:
  struct Call {
    UsageRecord record;
    std::string_view refused_window;
    std::string_view endpoint;
  };
  std::string_view keep(std::string_view text);

  std::vector<Call> calls_;
  std::deque<std::vector<char>> chunks_;  // texts; chunks never move, so views into them stay
  std::size_t text_bytes_ = 0;
};

}  // namespace weir
