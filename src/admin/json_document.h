// Reads a request's body as one JSON document, strictly.
#pragma once

#include <cstddef>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/result.h"

namespace weir {

/// Nesting beyond this is refused: nothing the API takes is half as deep.
inline constexpr std::size_t kJsonDepthMax = 16;

/// RFC 8259, and no field twice in one object (it would be a guess which one counts). kInvalid says where:
/// line, column and what is wrong, never quoting a value. Pure.
[[nodiscard]] Result<boost::json::value> parse_json_document(std::string_view text);

}  // namespace weir
