// Where the next page of a list begins, as clients carry it: opaque, checked when it comes back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir {

/// The list a cursor belongs to. Values are in cursors clients may hold: never renumbered.
enum class CursorKind : std::uint8_t {
  kKeys = 1,
  kUsers = 2,
  kCalls = 3,
  kDeliveries = 4,
  kAudit = 16,
  kTokens = 17,
  kImports = 32,
  kAlerts = 33
};

[[nodiscard]] std::string encode_cursor(CursorKind kind, std::uint64_t position);

/// kInvalid for anything encode_cursor did not write for this kind.
[[nodiscard]] Result<std::uint64_t> decode_cursor(CursorKind kind, std::string_view text);

}  // namespace weir
