// The days of the call log: which day a call belongs to, its file's name, the ids of its calls.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/sqlite_file.h"

namespace weir {

/// A UTC day since 1970-01-01, 0 to 65535 (the year 2149).
struct CallDay {
  std::uint16_t number = 0;

  /// The day of a time; times outside the range count as the nearest day in it.
  [[nodiscard]] static CallDay of(UtcTime at);
  [[nodiscard]] static std::optional<CallDay> from_file_name(const std::string& name);
  [[nodiscard]] std::string file_name() const;  // "2026-11-23.db"

  friend constexpr auto operator<=>(CallDay, CallDay) = default;
};

/// Ids of calls: the day above, the row in it (from 1) below; together they fit the 53 bits JSON can count
/// on.
inline constexpr unsigned kCallRowBits = 36;
inline constexpr std::uint64_t kCallRowMax = (1ULL << kCallRowBits) - 1;

[[nodiscard]] constexpr std::uint64_t call_id(CallDay day, std::uint64_t row) {
  return static_cast<std::uint64_t>(day.number) << kCallRowBits | row;
}
[[nodiscard]] constexpr std::uint64_t call_row(std::uint64_t id) {
  return id & kCallRowMax;
}
[[nodiscard]] CallDay call_day_of_id(std::uint64_t id);

/// The days a folder has files of, newest first.
[[nodiscard]] Result<std::vector<CallDay>> list_call_days(const std::filesystem::path& folder);

/// Of the day files. Blocks that hold their columns in `packed` are small and will be merged; the others have
/// a row in block_columns for each column they have, under first_row * 32 + CallColumn.
extern const SqliteSchema kCallDaySchema;
[[nodiscard]] constexpr std::int64_t block_column_id(std::int64_t first_row, std::size_t column) {
  return first_row * 32 + static_cast<std::int64_t>(column);
}

}  // namespace weir
