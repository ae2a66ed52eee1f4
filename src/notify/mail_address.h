// Mail addresses, as strictly as header injection asks for and no stricter.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// local@domain of printable ASCII without blanks, quotes, brackets, commas or backslashes, at most 254 bytes
/// (RFC 5321, 4.5.3.1.3). What is left can neither end a header line nor an SMTP command.
[[nodiscard]] bool is_mail_address(std::string_view text);

/// For errors: control characters replaced, cut at 64.
[[nodiscard]] std::string printable_address(std::string_view text);

}  // namespace weir
