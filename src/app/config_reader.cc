#include "app/config_reader.h"

#include <algorithm>
#include <charconv>

#include "app/suggest.h"
#include "base/joined.h"
#include "base/quantity.h"

namespace weir {
namespace {

constexpr std::size_t kShownMax = 64;

std::string shown(std::string_view value) {
  return fmt::format("'{}'{}", value.substr(0, kShownMax), value.size() > kShownMax ? "…" : "");
}

/// Quotes make a text, except around ${NAME}, which YAML needs them for inside of {…}.
bool is_text(const YamlNode& node) {
  return node.quoted && node.text.find("${") == std::string::npos;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

void ConfigProblems::add(int line, std::string_view sentence) {
  if (++count_ <= kConfigProblemsMax) lines_.push_back(fmt::format("{}:{}: {}", file_, line, sentence));
}

Error ConfigProblems::to_error() const {
  std::string detail = joined(lines_, "\n");
  if (count_ > lines_.size()) detail += fmt::format("\n{}: and {} more", file_, count_ - lines_.size());
  return Error{ErrorCode::kInvalid, std::move(detail), false};
}

std::string ConfigProblems::expand(const std::string& text, int line, const std::string& field) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$' || i + 1 == text.size() || (text[i + 1] != '{' && text[i + 1] != '$')) {
      out += text[i];
    } else if (text[i + 1] == '$') {
      out += '$';
      ++i;
    } else {
      const std::size_t end = text.find('}', i);
      const std::string name = end == std::string::npos ? "" : text.substr(i + 2, end - i - 2);
      if (name.empty() || !std::all_of(name.begin(), name.end(), is_name_character)) {
        add(line, fmt::format("{}: {} is no ${{NAME}} of an environment variable; write $$ for a dollar sign",
                              field, shown(text.substr(i))));
        return out;
      }
      if (const auto value = environment_(name))
        out += *value;
      else
        add(line,
            fmt::format("{}: the environment variable {} is not set", field, name.substr(0, kShownMax)));
      i = end;
    }
  }
  return out;
}

ConfigSection::ConfigSection(ConfigProblems& problems, const YamlNode& node, std::string path)
    : problems_(problems), node_(node), path_(std::move(path)) {}

std::string ConfigSection::field(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

const YamlNode* ConfigSection::find(const std::string& name) {
  known_.push_back(name);
  for (const auto& entry : node_.entries) {
    if (entry.key == name) return entry.value.get();
  }
  return nullptr;
}

bool ConfigSection::has(const std::string& name) const {
  return std::any_of(node_.entries.begin(), node_.entries.end(),
                     [&](const auto& e) { return e.key == name; });
}

int ConfigSection::line_of(const std::string& name) const {
  for (const auto& entry : node_.entries) {
    if (entry.key == name) return entry.line;
  }
  return node_.line;
}

std::vector<std::string> ConfigSection::keys() const {
  std::vector<std::string> names;
  for (const auto& entry : node_.entries) names.push_back(entry.key);
  return names;
}

std::string ConfigSection::sentence_of(std::string_view name, std::string_view sentence) const {
  return fmt::format("{}: {}{}", field(name), sentence, called_.empty() ? "" : fmt::format(" ({})", called_));
}

void ConfigSection::problem(const YamlNode& node, std::string_view name, std::string_view sentence) {
  problems_.add(node.line, sentence_of(name, sentence));
}

void ConfigSection::field_problem(const std::string& name, std::string_view sentence) {
  problems_.add(line_of(name), sentence_of(name, sentence));
}

bool ConfigSection::expect_map(const YamlNode& node, const std::string& name) {
  if (node.kind == YamlNode::Kind::kMap) return true;
  if (node.kind != YamlNode::Kind::kNull)
    problem(node, name, fmt::format("is a mapping, not {}", node.kind_name()));
  return false;  // "gateway:" with nothing behind it leaves the defaults
}

std::vector<const YamlNode*> ConfigSection::items(const YamlNode& node, const std::string& name,
                                                  bool lone_text) {
  std::vector<const YamlNode*> out;
  if (node.kind == YamlNode::Kind::kSequence) {
    for (const auto& item : node.items) out.push_back(item.get());
  } else if (lone_text && node.kind == YamlNode::Kind::kScalar) {
    out.push_back(&node);
  } else {
    problem(node, name, fmt::format("is a list, not {}", node.kind_name()));
  }
  return out;
}

bool ConfigSection::scalar_text(const YamlNode& node, const std::string& name, std::string& out) {
  if (node.kind != YamlNode::Kind::kScalar) {
    problem(node, name, fmt::format("is a single value, not {}", node.kind_name()));
    return false;
  }
  out = problems_.expand(node.text, node.line, field(name));
  return true;
}

const YamlNode* ConfigSection::scalar(const std::string& name, std::string& out) {
  const YamlNode* node = find(name);
  return node != nullptr && scalar_text(*node, name, out) ? node : nullptr;
}

void ConfigSection::text(const std::string& name, std::string& out, std::size_t size_max) {
  std::string value;
  const YamlNode* node = scalar(name, value);
  if (node == nullptr) return;
  if (value.empty() || value.size() > size_max) {
    problem(*node, name, fmt::format("is 1 to {} characters, this has {}", size_max, value.size()));
  } else if (value.find('\0') != std::string::npos) {
    problem(*node, name, "must not hold a NUL character");
  } else {
    out = std::move(value);
  }
}

void ConfigSection::flag(const std::string& name, bool& out) {
  std::string value;
  const YamlNode* node = scalar(name, value);
  if (node == nullptr) return;
  if (!is_text(*node) && (value == "true" || value == "false"))
    out = value == "true";
  else
    problem(*node, name, fmt::format("is true or false, not {}", shown(value)));
}

bool ConfigSection::read_integer(const std::string& name, std::uint64_t& out, std::uint64_t minimum,
                                 std::uint64_t maximum) {
  std::string value;
  const YamlNode* node = scalar(name, value);
  if (node == nullptr) return false;
  const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), out);
  if (is_text(*node) || failure != std::errc{} || end != value.data() + value.size() || out < minimum ||
      out > maximum) {
    problem(*node, name,
            fmt::format("is a whole number from {} to {}, not {}{}", minimum, maximum, shown(value),
                        is_text(*node) ? " in quotes" : ""));
    return false;
  }
  return true;
}

void ConfigSection::limit(const std::string& name, std::uint32_t& out) {
  if (const YamlNode* node = find(name); node != nullptr && node->kind == YamlNode::Kind::kNull)
    out = kUnlimited;
  else
    integer<std::uint32_t>(name, out, 0, kUnlimited - 1);
}

bool ConfigSection::read_size(const std::string& name, std::uint64_t& out, std::uint64_t minimum,
                              std::uint64_t maximum) {
  std::string value;
  const YamlNode* node = scalar(name, value);
  if (node == nullptr) return false;
  const auto bytes = parse_size(value);
  if (!bytes) {
    problem(*node, name, bytes.error().detail);
    return false;
  }
  if (*bytes < minimum || *bytes > maximum) {
    problem(*node, name,
            fmt::format("is {} to {}, not {}", format_size(minimum), format_size(maximum), shown(value)));
    return false;
  }
  out = *bytes;
  return true;
}

bool ConfigSection::read_duration(const std::string& name, Millis& out, Millis minimum, Millis maximum) {
  std::string value;
  const YamlNode* node = scalar(name, value);
  if (node == nullptr) return false;
  const auto time = parse_duration(value);
  if (!time) {
    problem(*node, name, time.error().detail);
    return false;
  }
  if (*time < minimum || *time > maximum) {
    problem(
        *node, name,
        fmt::format("is {} to {}, not {}", format_duration(minimum), format_duration(maximum), shown(value)));
    return false;
  }
  out = *time;
  return true;
}

void ConfigSection::duration(const std::string& name, Millis& out, Millis minimum, Millis maximum) {
  Millis value{};
  if (read_duration(name, value, minimum, maximum)) out = value;
}

void ConfigSection::duration(const std::string& name, Seconds& out, Seconds minimum, Seconds maximum) {
  Millis value{};
  if (!read_duration(name, value, minimum, maximum)) return;
  if (value % Seconds(1) != Millis(0)) {
    problems_.add(line_of(name),
                  fmt::format("{}: is whole seconds, not '{}'", field(name), format_duration(value)));
  } else {
    out = std::chrono::duration_cast<Seconds>(value);
  }
}

void ConfigSection::finish() {
  for (const auto& entry : node_.entries) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    const std::string near = nearest_word(entry.key, known_);
    problems_.add(entry.line, fmt::format("{}: unknown setting{}", field(entry.key.substr(0, kShownMax)),
                                          near.empty() ? "" : fmt::format("; did you mean {}?", near)));
  }
}

}  // namespace weir
