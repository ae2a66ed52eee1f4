// The settings in force, made ready for the limiter: replaced as a whole, read without waiting.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "limits/counter_header.h"
#include "model/ids.h"
#include "model/limit_settings.h"

namespace weir {

/// Plans with own limits, each content once: what a QuotaId stands for, whatever the settings. One thread.
class QuotaNames {
 public:
  using Content = std::pair<std::string, LimitOverrides>;  // plan, own limits

  /// Same content, same id, from 1; none for no plan and no own limits, and when all ids are given away.
  [[nodiscard]] QuotaId intern(const std::string& plan, const LimitOverrides& own);
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(by_id_.size()); }
  [[nodiscard]] const Content& content(std::uint32_t id) const { return *by_id_[id - 1]; }

 private:
  std::map<Content, std::uint32_t> ids_;
  std::vector<const Content*> by_id_;  // into ids_, which never moves its keys
};

/// Quotas by id; grows at its end while others read.
class QuotaTable {
 public:
  static constexpr std::uint32_t kMax = 1U << 24;

  QuotaTable() = default;
  ~QuotaTable();
  QuotaTable(const QuotaTable&) = delete;
  QuotaTable& operator=(const QuotaTable&) = delete;

  /// The next id's. One thread.
  void append(const Quota& quota);
  [[nodiscard]] std::uint32_t size() const { return size_.load(std::memory_order_acquire); }

  /// Null for an id that is not there. Any thread.
  [[nodiscard]] const Quota* find(QuotaId id) const {
    if (id.value() == 0 || id.value() > size()) return nullptr;
    const std::uint32_t index = id.value() - 1;
    return &chunks_[index / kChunk].load(std::memory_order_acquire)[index % kChunk];
  }

 private:
  static constexpr std::uint32_t kChunk = 4096;
  std::array<std::atomic<Quota*>, kMax / kChunk> chunks_{};
  std::atomic<std::uint32_t> size_{0};
};

struct Policy {
  /// `columns` and `header`: where the windows' counters are.
  Policy(const LimitSettings& from, std::uint32_t generation_number, const WindowColumns& columns,
         const CounterHeader& header);

  /// Resolves the contents of `names` this policy has not seen yet.
  void resolve(const QuotaNames& names);
  [[nodiscard]] const Quota& quota(QuotaId id) const {
    const Quota* found = quotas.find(id);
    return found != nullptr ? *found : defaults;
  }

  LimitSettings settings;
  std::uint32_t generation;
  std::uint8_t count;  // of windows
  Quota defaults;
  WindowColumns column;
  std::array<std::uint8_t, kWindowsMax> tenant{};
  std::array<std::int64_t, kWindowsMax> length_ns{};
  QuotaTable quotas;
};

}  // namespace weir
