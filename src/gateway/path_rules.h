// What a request's path must not be.
#pragma once

#include <string_view>

namespace weir {

/// True when a segment of `path` is "." or "..", spelt out or percent-encoded, behind an encoded slash or a
/// backslash, or with parameters ("..;"): an upstream could read such a path as another one than weir did.
[[nodiscard]] bool has_dot_segment(std::string_view path);

}  // namespace weir
