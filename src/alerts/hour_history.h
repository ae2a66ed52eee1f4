// Calls and sources of each key by hour: what is normal is learnt from them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir {

/// Hours since 1970, UTC.
using AlertHour = std::int64_t;

/// One key in one hour. Key 0 stands for everything.
struct KeyHourCount {
  std::uint32_t key = 0;
  std::uint32_t calls = 0;
  std::uint32_t sources = 0;  // distinct ones, estimated

  friend bool operator==(const KeyHourCount&, const KeyHourCount&) = default;
};

/// By rising key; a key that made no call is not in it.
using HourCounts = std::vector<KeyHourCount>;

/// Hours already over. Not thread-safe; may block (a store behind it).
class HourHistory {
 public:
  virtual ~HourHistory() = default;
  /// Nothing for an hour nobody counted.
  [[nodiscard]] virtual std::optional<HourCounts> find(AlertHour hour) const = 0;
  virtual void put(AlertHour hour, const HourCounts& counts) = 0;
};

/// In memory, the newest `hours_max` hours.
class MemoryHourHistory final : public HourHistory {
 public:
  explicit MemoryHourHistory(std::size_t hours_max) : hours_max_(hours_max) {}
  [[nodiscard]] std::optional<HourCounts> find(AlertHour hour) const override;
  void put(AlertHour hour, const HourCounts& counts) override;

 private:
  std::size_t hours_max_;
  std::map<AlertHour, HourCounts> hours_;
};

/// As bytes, and back. kCorrupt for anything `encode_hour` did not write.
[[nodiscard]] std::string encode_hour(const HourCounts& counts);
[[nodiscard]] Result<HourCounts> decode_hour(std::string_view bytes);

}  // namespace weir
