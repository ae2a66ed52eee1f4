// Finds the template of a path nobody described: what looks like an identifier becomes {id}.
//
// Pure. Identifiers are: numbers, dates and times, UUIDs, hexadecimal numbers from 8 digits with a digit
// above 9 or below it in each, e-mail and network addresses, and what random letters and digits look like
// (ULIDs, base64, "cus_NffrFeUfNV2Hib", "INV-2024001"): docs/endpoints.md has the rules. Words stay, and so
// do versions ("v1", "1.1") and names of files; where the rest of a file's name is an identifier its ending
// stays ("{id}.json").
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir {

/// Longest template; a path whose template would be longer has none.
inline constexpr std::size_t kTemplateMax = 256;
/// A longer segment is an identifier.
inline constexpr std::size_t kWordMax = 64;

/// The template of a path in normal form (path_form.h), in `buffer`; empty when it is longer than
/// kTemplateMax.
[[nodiscard]] std::string_view detect_template(std::string_view path, std::string& buffer);

/// Whether a segment in normal form is an identifier as a whole.
[[nodiscard]] bool is_identifier(std::string_view segment);

}  // namespace weir
