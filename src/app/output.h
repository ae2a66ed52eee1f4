// Where commands print to: standard output for what was asked, standard error for what went wrong.
#pragma once

#include <cstddef>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "app/table.h"
#include "base/result.h"

namespace weir {

/// Columns of the terminal on standard output; 0 when it is none (a pipe, a file).
[[nodiscard]] std::size_t terminal_width();

void print(std::string_view text);
void print(const Table& table);

/// Indented, with a newline.
void print_json(const boost::json::value& value);

/// One sentence on standard error; the exit code that goes with it.
int print_error(const Error& error);

/// A member as text for people: "" when absent or null, numbers with at most six digits that count but whole
/// ones with all, flags as JSON writes them.
[[nodiscard]] std::string text_of(const boost::json::object& object, std::string_view name);
[[nodiscard]] std::uint64_t number_of(const boost::json::object& object, std::string_view name);
[[nodiscard]] bool flag_of(const boost::json::object& object, std::string_view name, bool otherwise);

/// The objects of a list's `items`; none when it has another shape.
[[nodiscard]] std::vector<boost::json::object> items_of(const boost::json::value& list);

}  // namespace weir
