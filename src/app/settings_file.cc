#include "app/settings_file.h"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <iterator>

#include <boost/json.hpp>

#include "base/file.h"

namespace weir {
namespace {

namespace json = boost::json;

/// A scalar as YAML 1.2's core schema reads it.
json::value scalar_value(const YamlNode& node) {
  const std::string& text = node.text;
  if (node.quoted) return json::value(text);
  if (text == "true" || text == "false") return json::value(text == "true");
  if (text == "null" || text == "~") return nullptr;
  const char* const end = text.data() + text.size();
  std::int64_t whole = 0;
  if (const auto read = std::from_chars(text.data(), end, whole); read.ec == std::errc{} && read.ptr == end)
    return json::value(whole);
  double number = 0;
  if (const auto read = std::from_chars(text.data(), end, number); read.ec == std::errc{} && read.ptr == end)
    return json::value(number);
  return json::value(text);
}

}  // namespace

json::value to_json_value(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return nullptr;
    case YamlNode::Kind::kScalar:
      return scalar_value(node);
    case YamlNode::Kind::kSequence: {
      json::array items;
      for (const auto& item : node.items) items.push_back(to_json_value(*item));
      return items;
    }
    case YamlNode::Kind::kMap: {
      json::object fields;
      for (const auto& entry : node.entries) fields[entry.key] = to_json_value(*entry.value);
      return fields;
    }
  }
  return nullptr;
}

int line_of_field(const YamlNode& root, std::string_view path) {
  const YamlNode* node = &root;
  int line = root.line;
  while (!path.empty()) {
    if (path.front() == '.') path.remove_prefix(1);
    if (path.front() == '[') {
      std::size_t index = 0;
      const auto read = std::from_chars(path.data() + 1, path.data() + path.size(), index);
      if (read.ec != std::errc{} || index >= node->items.size()) return line;
      node = node->items[index].get();
      line = node->line;
      path.remove_prefix(std::min(path.size(), static_cast<std::size_t>(read.ptr - path.data()) + 1));
      continue;
    }
    const std::string_view name = path.substr(0, path.find_first_of(".["));
    const auto entry = std::find_if(node->entries.begin(), node->entries.end(),
                                    [name](const YamlEntry& candidate) { return candidate.key == name; });
    if (entry == node->entries.end()) return line;
    node = entry->value.get();
    line = entry->line;
    path.remove_prefix(name.size());
  }
  return line;
}

Result<json::value> read_settings_file(const std::string& path) {
  std::string text;
  if (path == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  } else {
    WEIR_TRY_ASSIGN(read, read_file(path, kYamlBytesMax));
    text = std::move(read);
  }
  WEIR_TRY_ASSIGN(root, parse_yaml(text, path == "-" ? "standard input" : path));
  return to_json_value(*root);
}

}  // namespace weir
