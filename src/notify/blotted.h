// What a receiver answered, without what was secret in the request: some answer with the path they were asked
// for. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// What of a URL must not be repeated: its path with the query, each alone, and each of their parts of at
/// least eight bytes.
[[nodiscard]] std::vector<std::string> secrets_of_url(std::string_view url);

/// `text` with *** in place of every secret; when it `is_cut`, in place of the beginning of one at its end
/// too.
[[nodiscard]] std::string blotted(std::string text, std::vector<std::string> secrets, bool is_cut);

}  // namespace weir
