// "Did you mean …?": the known word nearest to a mistyped one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace weir {

/// The candidate fewest single-character edits from `word`, or "" when none is near (at most a third of its
/// length, and at least one edit, is near).
[[nodiscard]] std::string nearest_word(std::string_view word, std::span<const std::string> candidates);

}  // namespace weir
