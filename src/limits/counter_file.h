// The memory-mapped file of all limit counters: two cache lines a key, found by its id.
//
// What a thread writes is in the page cache at once and so survives a kill at any instruction. The mapping
// never moves: address space for kLimiterKeysMax keys is set aside at the start, the file grows into it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "base/file.h"
#include "base/result.h"
#include "limits/counter_header.h"
#include "limits/limiter.h"
#include "limits/window_counter.h"

namespace weir {

/// Columns in the cache line every request touches; those of further windows lie in another one.
inline constexpr std::size_t kHeadColumns = 3;

struct alignas(64) CounterHead {
  std::uint32_t lock;                             // CounterHeader::opens while held, anything else when free
  std::array<std::uint8_t, kWindowsMax> tenants;  // which tenant of its column each counter counts
  std::array<std::uint8_t, 5> zero;
  std::array<WindowCounter, kHeadColumns> columns;
};
struct alignas(64) CounterTail {
  std::array<WindowCounter, kWindowsMax - kHeadColumns> columns;
};
static_assert(sizeof(CounterHead) == 64 && offsetof(CounterHead, columns) == 16 && sizeof(CounterTail) == 64);
static_assert(std::is_trivially_copyable_v<CounterHead> && std::is_trivially_copyable_v<CounterTail>);

/// What the file grows by: 1 MiB. Heads lie together, so that with up to three windows the tails' pages are
/// never touched.
struct CounterBlock {
  static constexpr std::uint32_t kKeys = 8192;
  std::array<CounterHead, kKeys> heads;
  std::array<CounterTail, kKeys> tails;
};
static_assert(sizeof(CounterBlock) == 1U << 20);

/// A key's counters.
struct CounterSlot {
  CounterHead& head;
  CounterTail& tail;

  [[nodiscard]] WindowCounter& column(std::size_t i) const {
    return i < kHeadColumns ? head.columns[i] : tail.columns[i - kHeadColumns];
  }
};

class CounterFile {
 public:
  /// Opens or creates the file and counts the opening. A file of damaged shape is renamed to
  /// "FILE.damaged-<utc>", logged, and begun anew. kConflict: of a newer version. kIo: as the system says.
  [[nodiscard]] static Result<std::unique_ptr<CounterFile>> open(const std::filesystem::path& file,
                                                                 UtcTime utc, Instant boot);

  /// Grows the file for ids up to `max_id`, its blocks reserved: a full disk is an error here, never a signal
  /// at a later write. One thread. kFull beyond kLimiterKeysMax; kIo leaves what was there.
  [[nodiscard]] Result<void> reserve(std::uint32_t max_id);

  /// Slots there are; ids below it have one. Any thread.
  [[nodiscard]] std::uint32_t capacity() const { return capacity_.load(std::memory_order_acquire); }
  [[nodiscard]] CounterSlot slot(std::uint32_t id) const {
    CounterBlock& block = blocks_[id / CounterBlock::kKeys];
    return {block.heads[id % CounterBlock::kKeys], block.tails[id % CounterBlock::kKeys]};
  }

  /// One thread. Changes are in force in the file after `save_header`, which a kill cannot tear.
  [[nodiscard]] CounterHeader& header() { return header_; }
  [[nodiscard]] Result<void> save_header();

 private:
  CounterFile(std::filesystem::path path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  [[nodiscard]] Result<void> load(UtcTime utc, Instant boot);
  [[nodiscard]] Result<void> read_header(std::uint64_t size);

  std::filesystem::path path_;
  UniqueFd fd_;
  MappedFile mapping_;
  CounterBlock* blocks_ = nullptr;
  std::atomic<std::uint32_t> capacity_{0};
  CounterHeader header_;
};

}  // namespace weir
