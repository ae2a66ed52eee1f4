// JSON values as text the way weir's API writes them.
#pragma once

#include <string>

#include <boost/json/value.hpp>

namespace weir {

/// Compact JSON. Numbers with a fraction are written in plain decimals ("0.015", never "1.5E-2") with as many
/// digits as give the same number back. Pure.
[[nodiscard]] std::string to_json_text(const boost::json::value& value);

}  // namespace weir
