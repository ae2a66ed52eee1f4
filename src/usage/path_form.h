// The normal form of a path: paths that mean the same endpoint read the same.
//
// Pure. RFC 3986, 6.2.2: escapes of unreserved characters are undone, the others written in upper case,
// characters a path may not have are escaped (braces too: no path can look like a template). Beyond it:
// parameters of a segment (";…") are left out, empty segments too, and so is a slash at the end.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// The normal form, in `buffer` or `path` itself when it has it already. "/" for the root; empty when `path`
/// does not begin with a slash ("*", an authority).
[[nodiscard]] std::string_view normal_path(std::string_view path, std::string& buffer);

/// Appends a piece of a segment in its normal form; slashes and parameters are escaped like what does not
/// belong.
void append_normal(std::string_view piece, std::string& out);

}  // namespace weir
