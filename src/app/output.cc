#include "app/output.h"

#include <cstdio>
#include <cstdlib>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "admin/json_text.h"
#include "app/exit_code.h"

namespace weir {
namespace {

namespace json = boost::json;

void append_indented(std::string& out, const json::value& value, std::size_t indent) {
  const std::string pad(indent + 2, ' ');
  const auto end = [&](char bracket) { out += "\n" + std::string(indent, ' ') + bracket; };
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out += '{';
    const char* separator = "\n";
    for (const auto& [key, member] : *object) {
      out += separator + pad + json::serialize(json::string(key)) + ": ";
      append_indented(out, member, indent + 2);
      separator = ",\n";
    }
    end('}');
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    out += '[';
    const char* separator = "\n";
    for (const auto& item : *array) {
      out += separator + pad;
      append_indented(out, item, indent + 2);
      separator = ",\n";
    }
    end(']');
  } else if (value.is_double()) {
    out += to_json_text(value);  // 0.012, where serialize writes 1.2E-2
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::size_t terminal_width() {
  winsize size{};
  if (::isatty(STDOUT_FILENO) == 0 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void print(const Table& table) {
  print(table.render(terminal_width()));
}

void print_json(const json::value& value) {
  std::string out;
  append_indented(out, value, 0);
  print(out + "\n");
}

int print_error(const Error& error) {
  fmt::print(stderr, "weir: {}\n", error.detail);
  return error.code == ErrorCode::kUnavailable ? kExitNoServer : kExitFailed;
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || value->is_null()) return "";
  if (value->is_double()) return fmt::format("{:.6g}", value->get_double());
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

std::uint64_t number_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return 0;
  json::error_code failure;
  const auto number = value->to_number<std::uint64_t>(failure);
  return failure ? 0 : number;
}

bool flag_of(const json::object& object, std::string_view name, bool otherwise) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
}

std::vector<json::object> items_of(const json::value& list) {
  std::vector<json::object> items;
  const json::value* found = list.is_object() ? list.get_object().if_contains("items") : &list;
  if (found == nullptr || !found->is_array()) return items;
  for (const auto& item : found->get_array()) {
    if (item.is_object()) items.push_back(item.get_object());
  }
  return items;
}

}  // namespace weir
