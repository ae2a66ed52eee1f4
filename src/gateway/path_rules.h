// What a request's path must not be, and how prefixes match it.
#pragma once

#include <string_view>

namespace weir {

/// True when a segment of `path` is "." or "..", spelt out or percent-encoded, behind an encoded slash or a
/// backslash, or with parameters ("..;"): an upstream could read such a path as another one than weir did.
[[nodiscard]] bool has_dot_segment(std::string_view path);

/// Prefixes match whole segments: "/v1" matches "/v1" and "/v1/x", not "/v10".
[[nodiscard]] bool matches_prefix(std::string_view path, std::string_view prefix);

}  // namespace weir
