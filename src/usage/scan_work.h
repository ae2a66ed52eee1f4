// The blocks a question is answered from, each scanned once, by whichever thread takes it.
#pragma once

#include <atomic>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "store/rollup_store.h"

namespace weir {

/// Any thread.
class ScanWork {
 public:
  explicit ScanWork(std::vector<RollupBlock> blocks) : blocks_(std::move(blocks)) {}

  /// Null: none is left.
  [[nodiscard]] const RollupBlock* take() {
    const std::size_t at = next_.fetch_add(1, std::memory_order_relaxed);
    return at < blocks_.size() ? &blocks_[at] : nullptr;
  }
  /// Leaves none.
  void drop() { next_.store(blocks_.size(), std::memory_order_relaxed); }
  /// Whether there is one for somebody else.
  [[nodiscard]] bool can_be_shared() const { return next_.load(std::memory_order_relaxed) < blocks_.size(); }
  [[nodiscard]] std::span<const RollupBlock> blocks() const { return blocks_; }

 private:
  const std::vector<RollupBlock> blocks_;
  std::atomic<std::size_t> next_ = 0;
};

}  // namespace weir
