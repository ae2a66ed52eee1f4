#include <algorithm>
#include <charconv>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "admin/alert_settings_json.h"
#include "app/config_sections.h"

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

/// Where the field of a problem stands: the line of the deepest part of `path` ("overrides[2].warning") that
/// is in the file.
int line_of(const YamlNode& root, std::string_view path) {
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

}  // namespace

void read_alerts(ConfigSection& top, AlertSettings& alerts) {
  const YamlNode* node = top.node("alerts");
  if (node == nullptr || node->kind == YamlNode::Kind::kNull) return;
  FieldProblems problems;
  const json::value document = to_json_value(*node);
  ObjectReader reader(document, problems, "alerts");
  AlertSettings read = read_alert_settings(reader);
  reader.finish();
  auto checked = problems.result();
  if (checked) {
    checked = validate(read);
    if (!checked) checked.error().detail.insert(0, "alerts.");
  }
  if (checked) {
    alerts = std::move(read);
    return;
  }
  const std::string& sentence = checked.error().detail;
  const std::string_view field = std::string_view(sentence).substr(0, sentence.find(": "));
  constexpr std::string_view kPrefix = "alerts.";
  const bool inside = field.starts_with(kPrefix) && field.find(' ') == std::string_view::npos;
  top.problem(inside ? line_of(*node, field.substr(kPrefix.size())) : node->line, sentence);
}

}  // namespace weir
