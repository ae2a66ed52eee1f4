// Memory of the last scan, for the next: to touch new memory takes longer than to fill it.
#pragma once

#include <cstddef>
#include <mutex>
#include <utility>

#include "usage/usage_scan.h"

namespace weir {

/// Any thread.
class ScanRoom {
 public:
  [[nodiscard]] ScanResult take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(kept_, {});
  }
  void give(ScanResult room) {
    room.ids.clear();
    room.sums.clear();
    room.bands.clear();
    const std::size_t bytes = room.ids.capacity() * sizeof(room.ids[0]) +
                              room.sums.capacity() * sizeof(room.sums[0]) +
                              room.bands.capacity() * sizeof(room.bands[0]);
    if (bytes == 0 || bytes > kBytesMax) return;
    const std::lock_guard lock(mutex_);
    std::swap(kept_, room);
  }

 private:
  /// That of some ten thousand groups.
  static constexpr std::size_t kBytesMax = 8U << 20;

  std::mutex mutex_;
  ScanResult kept_;  // guarded by mutex_
};

}  // namespace weir
