// Text inside a JSON string, where building a whole JSON value would cost more than the text.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// Appends `text` as the inside of a JSON string (RFC 8259, 7). DEL is escaped too, so that no byte of it can
/// drive a terminal. What is not UTF-8 stays as it is.
void append_json_escaped(std::string& out, std::string_view text);

/// The same between quotes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace weir
