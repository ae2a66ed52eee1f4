// Comma-separated values (RFC 4180), safe to open in a spreadsheet.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// Appends one field, in quotes where its content needs them. Text that a spreadsheet would run as a formula
/// (it begins with =, +, -, @, a tab or a return, and is no number) gets an apostrophe in front, as
/// spreadsheets write it themselves. Pure.
void append_csv_field(std::string& out, std::string_view text);

/// One line of fields, with CRLF.
template <class Fields>
void append_csv_line(std::string& out, const Fields& fields) {
  bool first = true;
  for (const auto& field : fields) {
    if (!first) out += ',';
    first = false;
    append_csv_field(out, field);
  }
  out += "\r\n";
}

}  // namespace weir
