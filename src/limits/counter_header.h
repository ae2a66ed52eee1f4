// The head of the counter file: its version, its time line, and which column counts which window.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "limits/time_line.h"
#include "model/limit_settings.h"

namespace weir {

/// Layout of the file; docs/limits.md describes it.
inline constexpr std::uint32_t kCounterFileVersion = 1;

/// Column of each window, by position in the configured windows.
using WindowColumns = std::array<std::uint8_t, kWindowsMax>;

/// A column of counters and the window it belongs to.
struct CounterColumn {
  std::string name;         // of the window; empty: never used
  std::uint8_t tenant = 0;  // grows when the column gets another window: counts of the last one are void
};

struct CounterHeader {
  std::uint64_t sequence = 0;  // the copy with the greatest is in force
  std::uint32_t opens = 0;     // never 0 in a file: the value of a slot's lock while this opening holds it
  TimeAnchor anchor;
  std::array<CounterColumn, kWindowsMax> columns;

  /// Finds or makes a column for every window. A window keeps its column by name, also while it is not
  /// configured, as long as no other window needs it; `avoid` names windows whose columns are taken last.
  WindowColumns assign(const std::vector<LimitWindow>& windows, const std::vector<LimitWindow>& avoid);
};

/// Each of the two copies, in its own page: while one is written the other stays whole.
inline constexpr std::size_t kCounterHeaderBytes = 512;

[[nodiscard]] std::array<char, kCounterHeaderBytes> encode(const CounterHeader& header);

/// kCorrupt: not a whole header. kConflict: of a newer version.
[[nodiscard]] Result<CounterHeader> decode_counter_header(std::string_view bytes);

}  // namespace weir
