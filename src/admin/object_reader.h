// Typed, strict reading of JSON objects: every wrong field is named with its bound and its value.
//
//   FieldProblems problems;
//   ObjectReader body(value, problems);
//   auto name = body.text("name", {.min = 1, .max = 100});
//   body.finish();
//   WEIR_TRY(problems.result());
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "base/clock.h"
#include "base/result.h"

namespace weir {

/// What was wrong with one document: the first problem counts. Not thread-safe.
class FieldProblems {
 public:
  void add(std::string sentence);
  [[nodiscard]] bool any() const { return first_.has_value(); }
  [[nodiscard]] Result<void> result() const;  // kInvalid

 private:
  std::optional<std::string> first_;
};

/// Bounds of a text, in characters (code points).
struct TextRule {
  std::size_t min = 0;
  std::size_t max = 100;
  bool lines = false;   // line feeds and tabs are allowed
  bool secret = false;  // errors never quote it
};

/// Reads one object, whose value must outlive it. A getter answers nothing for a field that is not there, and
/// for one that is wrong: then `problems` has it. null is wrong unless `is_null` was asked first.
class ObjectReader {
 public:
  /// `path`: how the object is called in errors, e.g. "items[3]"; empty for the body itself.
  ObjectReader(const boost::json::value& value, FieldProblems& problems, std::string path = {});

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] bool is_null(std::string_view name);
  /// Adds a problem when the field is not there.
  void require(std::string_view name);

  [[nodiscard]] std::optional<std::string> text(std::string_view name, TextRule rule);
  [[nodiscard]] std::optional<bool> flag(std::string_view name);
  [[nodiscard]] std::optional<std::uint64_t> integer(std::string_view name, std::uint64_t min,
                                                     std::uint64_t max);
  [[nodiscard]] std::optional<double> number(std::string_view name, double min, double max);
  [[nodiscard]] std::optional<UtcTime> time(std::string_view name);
  [[nodiscard]] std::optional<ObjectReader> object(std::string_view name);
  /// At most `max` items.
  [[nodiscard]] const boost::json::array* list(std::string_view name, std::size_t max);
  [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view name, std::size_t max,
                                                              TextRule rule);
  /// The same; a lone text is a list of one.
  [[nodiscard]] std::optional<std::vector<std::string>> text_or_texts(std::string_view name, std::size_t max,
                                                                      TextRule rule);

  /// The names of all fields, for objects that are maps.
  [[nodiscard]] std::vector<std::string> names() const;

  /// Problems from now on say in brackets what the object is called, "channel 'ops'"; nothing when empty.
  void call_it(std::string called) { called_ = std::move(called); }
  /// Adds "PATH.name: sentence", and what the object is called.
  void problem(std::string_view name, std::string_view sentence);
  [[nodiscard]] std::string path_of(std::string_view name) const;
  [[nodiscard]] FieldProblems& problems() { return problems_; }
  /// Adds a problem for fields nobody asked for. Once, at the end.
  void finish();

 private:
  [[nodiscard]] const boost::json::value* find(std::string_view name);
  void wrong_type(std::string_view name, std::string_view wanted, const boost::json::value& value);
  [[nodiscard]] std::optional<std::string> checked_text(std::string_view name,
                                                        const boost::json::value& value, TextRule rule);

  const boost::json::object* fields_ = nullptr;  // none when it is no object: a problem already
  FieldProblems& problems_;
  std::string path_;
  std::string called_;
  std::vector<std::string> asked_;
};

/// How an error calls the type of a value: "a string".
[[nodiscard]] std::string_view json_type_name(const boost::json::value& value);

}  // namespace weir
