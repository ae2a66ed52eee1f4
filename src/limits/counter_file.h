// The memory-mapped file of all limit counters: a slot of two cache lines a key, indexed by its id.
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

/// A key's counters. The first three columns share the first cache line with the lock.
struct alignas(64) CounterSlot {
  std::uint32_t lock;                             // CounterHeader::opens while held, anything else when free
  std::array<std::uint8_t, kWindowsMax> tenants;  // which tenant of its column each counter counts
  std::array<std::uint8_t, 5> zero;
  std::array<WindowCounter, kWindowsMax> columns;
};
static_assert(sizeof(CounterSlot) == 128 && offsetof(CounterSlot, columns) == 16);
static_assert(std::is_trivially_copyable_v<CounterSlot>);

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
  [[nodiscard]] CounterSlot& slot(std::uint32_t id) const { return slots_[id]; }

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
  CounterSlot* slots_ = nullptr;
  std::atomic<std::uint32_t> capacity_{0};
  CounterHeader header_;
};

}  // namespace weir
