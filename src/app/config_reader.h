// Reads typed fields out of a YAML tree, and remembers every problem with its line.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "app/config.h"
#include "app/yaml_tree.h"
#include "base/clock.h"

namespace weir {

/// What is wrong with one file. Shared by all its sections.
class ConfigProblems {
 public:
  ConfigProblems(std::string file, EnvironmentLookup environment)
      : file_(std::move(file)), environment_(std::move(environment)) {}

  void add(int line, std::string_view sentence);
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] Error to_error() const;
  /// `text` with every ${NAME} replaced ("$$" stands for "$"); an unset or unfinished one is a problem.
  [[nodiscard]] std::string expand(const std::string& text, int line, const std::string& field);

 private:
  std::string file_;
  EnvironmentLookup environment_;
  std::size_t count_ = 0;
  std::vector<std::string> lines_;
};

/// One mapping of the file. Every getter leaves its target alone when the key is absent or wrong; `finish`
/// makes problems of the keys nobody asked for.
class ConfigSection {
 public:
  /// `path`: how fields are called in errors, "gateway.bounds"; empty at the top.
  ConfigSection(ConfigProblems& problems, const YamlNode& node, std::string path);

  void text(const std::string& name, std::string& out, std::size_t size_max = 4096);
  void flag(const std::string& name, bool& out);

  template <std::unsigned_integral T>
  void integer(const std::string& name, T& out, T minimum, T maximum) {
    std::uint64_t value = 0;
    if (read_integer(name, value, minimum, maximum)) out = static_cast<T>(value);
  }

  /// A whole number, or null for kUnlimited.
  void limit(const std::string& name, std::uint32_t& out);

  template <std::unsigned_integral T>
  void size(const std::string& name, T& out, std::uint64_t minimum, std::uint64_t maximum) {
    std::uint64_t value = 0;
    if (read_size(name, value, minimum, maximum)) out = static_cast<T>(value);
  }

  void duration(const std::string& name, Millis& out, Millis minimum, Millis maximum);
  void duration(const std::string& name, Seconds& out, Seconds minimum, Seconds maximum);

  /// A text that `parse` (std::string → Result<T>) makes something of.
  template <class T, class Parse>
  void parsed(const std::string& name, T& out, Parse parse) {
    std::string value;
    const YamlNode* node = scalar(name, value);
    if (node == nullptr) return;
    if (auto result = parse(value))
      out = *std::move(result);
    else
      problem(*node, name, result.error().detail);
  }

  /// A list of texts; a lone text counts as a list of one.
  template <class T, class Parse>
  void parsed_list(const std::string& name, std::vector<T>& out, Parse parse) {
    const YamlNode* node = find(name);
    if (node == nullptr) return;
    out.clear();
    for (const YamlNode* item : items(*node, name, true)) {
      std::string value;
      if (!scalar_text(*item, name, value)) continue;
      if (auto result = parse(value))
        out.push_back(*std::move(result));
      else
        problem(*item, name, result.error().detail);
    }
  }

  /// Calls `read(ConfigSection&)` for a nested mapping, and finishes it.
  template <class Read>
  void child(const std::string& name, Read read) {
    const YamlNode* node = find(name);
    if (node == nullptr || !expect_map(*node, name)) return;
    ConfigSection section(problems_, *node, field(name));
    read(section);
    section.finish();
  }

  /// Calls `read(ConfigSection&)` for each mapping of a list, "NAME[0]", and finishes it.
  template <class Read>
  void each_map(const std::string& name, Read read) {
    const YamlNode* node = find(name);
    if (node == nullptr) return;
    std::size_t index = 0;
    for (const YamlNode* item : items(*node, name, false)) {
      const std::string called = name + "[" + std::to_string(index++) + "]";
      if (!expect_map(*item, called)) continue;
      ConfigSection section(problems_, *item, field(called));
      read(section);
      section.finish();
    }
  }

  /// The value as it stands in the file, for who reads it another way; null: there is none.
  [[nodiscard]] const YamlNode* node(const std::string& name) { return find(name); }
  /// Every key there is, for mappings whose keys are names of the user's.
  [[nodiscard]] std::vector<std::string> keys() const;
  [[nodiscard]] bool has(const std::string& name) const;
  [[nodiscard]] int line() const { return node_.line; }
  [[nodiscard]] int line_of(const std::string& name) const;

  void problem(int line, std::string_view sentence) { problems_.add(line, sentence); }
  /// Of one of its fields, at that field's line.
  void field_problem(const std::string& name, std::string_view sentence);
  /// Problems of fields from now on say in brackets what the section is called; nothing when empty.
  void call_it(std::string called) { called_ = std::move(called); }
  void finish();

 private:
  [[nodiscard]] std::string field(std::string_view name) const;
  [[nodiscard]] std::string sentence_of(std::string_view name, std::string_view sentence) const;
  [[nodiscard]] const YamlNode* find(const std::string& name);
  void problem(const YamlNode& node, std::string_view name, std::string_view sentence);
  bool expect_map(const YamlNode& node, const std::string& name);
  std::vector<const YamlNode*> items(const YamlNode& node, const std::string& name, bool lone_text);
  bool scalar_text(const YamlNode& node, const std::string& name, std::string& out);
  const YamlNode* scalar(const std::string& name, std::string& out);
  bool read_integer(const std::string& name, std::uint64_t& out, std::uint64_t minimum,
                    std::uint64_t maximum);
  bool read_size(const std::string& name, std::uint64_t& out, std::uint64_t minimum, std::uint64_t maximum);
  bool read_duration(const std::string& name, Millis& out, Millis minimum, Millis maximum);

  ConfigProblems& problems_;
  const YamlNode& node_;
  std::string path_;
  std::string called_;
  std::vector<std::string> known_;  // asked for so far: what a mistyped key may have meant
};

}  // namespace weir
