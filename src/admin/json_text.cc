#include "admin/json_text.h"

#include <charconv>
#include <cmath>

#include <boost/json/serialize.hpp>

namespace weir {
namespace {

void append(std::string& out, const boost::json::value& value);

/// JSON has no infinity: it is written as null.
void append_double(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  // 2^53 and above have no fraction, and would be long in plain decimals.
  const bool plain = std::abs(number) < 9007199254740992.0;
  char digits[400];
  const auto end = std::to_chars(digits, digits + sizeof digits, number,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific);
  out.append(digits, end.ptr);
}

void append_array(std::string& out, const boost::json::array& items) {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    append(out, item);
  }
  out += ']';
}

void append_object(std::string& out, const boost::json::object& fields) {
  out += '{';
  bool first = true;
  for (const auto& field : fields) {
    if (!first) out += ',';
    first = false;
    out += boost::json::serialize(field.key());
    out += ':';
    append(out, field.value());
  }
  out += '}';
}

void append(std::string& out, const boost::json::value& value) {
  if (value.is_object())
    append_object(out, value.get_object());
  else if (value.is_array())
    append_array(out, value.get_array());
  else if (value.is_double())
    append_double(out, value.get_double());
  else
    out += boost::json::serialize(value);
}

}  // namespace

std::string to_json_text(const boost::json::value& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace weir
