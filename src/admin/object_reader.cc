#include "admin/object_reader.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/joined.h"

namespace weir {
namespace {

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;  // continuation bytes begin no character
  }));
}

bool has_control_character(std::string_view text, bool lines) {
  return std::any_of(text.begin(), text.end(), [lines](char c) {
    if (lines && (c == '\n' || c == '\t')) return false;
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

/// A whole number that is not below zero, also when it was written "60.0" or "6e1".
std::optional<std::uint64_t> whole_number(const boost::json::value& value) {
  if (value.is_uint64()) return value.get_uint64();
  if (value.is_int64() && value.get_int64() >= 0) return static_cast<std::uint64_t>(value.get_int64());
  if (!value.is_double()) return std::nullopt;
  const double number = value.get_double();
  if (number < 0 || number > 9007199254740992.0 || std::trunc(number) != number) return std::nullopt;
  return static_cast<std::uint64_t>(number);
}

std::string shown_number(const boost::json::value& value) {
  if (value.is_uint64()) return std::to_string(value.get_uint64());
  if (value.is_int64()) return std::to_string(value.get_int64());
  return fmt::format("{}", value.get_double());
}

}  // namespace

void FieldProblems::add(std::string sentence) {
  if (!first_) first_ = std::move(sentence);
}

Result<void> FieldProblems::result() const {
  if (first_) return fail(ErrorCode::kInvalid, *first_);
  return {};
}

std::string_view json_type_name(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "a boolean";
    case boost::json::kind::string:
      return "a string";
    case boost::json::kind::array:
      return "an array";
    case boost::json::kind::object:
      return "an object";
    default:
      return "a number";
  }
}

ObjectReader::ObjectReader(const boost::json::value& value, FieldProblems& problems, std::string path)
    : problems_(problems), path_(std::move(path)) {
  fields_ = value.if_object();
  if (fields_ == nullptr) {
    problems_.add(fmt::format("{} must be an object, but is {}", path_.empty() ? "The body" : path_,
                              json_type_name(value)));
  }
}

std::string ObjectReader::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

void ObjectReader::problem(std::string_view name, std::string_view sentence) {
  problems_.add(
      fmt::format("{}: {}{}", path_of(name), sentence, called_.empty() ? "" : fmt::format(" ({})", called_)));
}

bool ObjectReader::has(std::string_view name) const {
  return fields_ != nullptr && fields_->contains(name);
}

const boost::json::value* ObjectReader::find(std::string_view name) {
  if (std::find(asked_.begin(), asked_.end(), name) == asked_.end()) asked_.emplace_back(name);
  return fields_ == nullptr ? nullptr : fields_->if_contains(name);
}

bool ObjectReader::is_null(std::string_view name) {
  const auto* value = find(name);
  return value != nullptr && value->is_null();
}

void ObjectReader::require(std::string_view name) {
  if (fields_ != nullptr && find(name) == nullptr) problem(name, "is required");
}

void ObjectReader::wrong_type(std::string_view name, std::string_view wanted,
                              const boost::json::value& value) {
  problem(name, fmt::format("must be {}, but is {}", wanted, json_type_name(value)));
}

std::optional<std::string> ObjectReader::checked_text(std::string_view name, const boost::json::value& value,
                                                      TextRule rule) {
  if (!value.is_string()) {
    wrong_type(name, "a string", value);
    return std::nullopt;
  }
  std::string text(value.get_string());
  const std::size_t characters = count_characters(text);
  if (characters < rule.min || characters > rule.max) {
    problem(name, fmt::format("must be {} to {} characters, but has {}", rule.min, rule.max, characters));
    return std::nullopt;
  }
  if (has_control_character(text, rule.lines)) {
    problem(name, "must not hold control characters");
    return std::nullopt;
  }
  return text;
}

std::optional<std::string> ObjectReader::text(std::string_view name, TextRule rule) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  return checked_text(name, *value, rule);
}

std::optional<bool> ObjectReader::flag(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  wrong_type(name, "true or false", *value);
  return std::nullopt;
}

std::optional<std::uint64_t> ObjectReader::integer(std::string_view name, std::uint64_t min,
                                                   std::uint64_t max) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) {
    wrong_type(name, "a whole number", *value);
    return std::nullopt;
  }
  const auto number = whole_number(*value);
  if (number && *number >= min && *number <= max) return number;
  problem(name,
          fmt::format("must be a whole number from {} to {}, but is {}", min, max, shown_number(*value)));
  return std::nullopt;
}

std::optional<double> ObjectReader::number(std::string_view name, double min, double max) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) {
    wrong_type(name, "a number", *value);
    return std::nullopt;
  }
  const auto number = value->to_number<double>();
  if (number >= min && number <= max) return number;
  problem(name, fmt::format("must be a number from {} to {}, but is {}", min, max, shown_number(*value)));
  return std::nullopt;
}

std::optional<UtcTime> ObjectReader::time(std::string_view name) {
  const auto text_value = text(name, {.min = 1, .max = 64});
  if (!text_value) return std::nullopt;
  if (auto time = parse_rfc3339(*text_value)) return *time;
  problem(name, fmt::format("must be an RFC 3339 time like 2026-12-31T00:00:00Z, but is '{}'", *text_value));
  return std::nullopt;
}

std::optional<ObjectReader> ObjectReader::object(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  ObjectReader reader(*value, problems_, path_of(name));
  if (reader.fields_ == nullptr) return std::nullopt;
  return reader;
}

const boost::json::array* ObjectReader::list(std::string_view name, std::size_t max) {
  const auto* value = find(name);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) {
    wrong_type(name, "an array", *value);
    return nullptr;
  }
  const auto& items = value->get_array();
  if (items.size() <= max) return &items;
  problem(name, fmt::format("must have at most {} items, but has {}", max, items.size()));
  return nullptr;
}

std::optional<std::vector<std::string>> ObjectReader::texts(std::string_view name, std::size_t max,
                                                            TextRule rule) {
  const auto* items = list(name, max);
  if (items == nullptr) return std::nullopt;
  std::vector<std::string> out;
  for (std::size_t i = 0; i < items->size(); ++i) {
    auto item = checked_text(fmt::format("{}[{}]", name, i), (*items)[i], rule);
    if (!item) return std::nullopt;
    out.push_back(std::move(*item));
  }
  return out;
}

std::optional<std::vector<std::string>> ObjectReader::text_or_texts(std::string_view name, std::size_t max,
                                                                    TextRule rule) {
  const auto* value = find(name);
  if (value == nullptr || !value->is_string()) return texts(name, max, rule);
  auto lone = checked_text(name, *value, rule);
  if (!lone) return std::nullopt;
  return std::vector<std::string>{*std::move(lone)};
}

std::vector<std::string> ObjectReader::names() const {
  std::vector<std::string> out;
  if (fields_ == nullptr) return out;
  for (const auto& field : *fields_) out.emplace_back(field.key());
  return out;
}

void ObjectReader::finish() {
  if (fields_ == nullptr) return;
  for (const auto& field : *fields_) {
    if (std::find(asked_.begin(), asked_.end(), std::string_view(field.key())) != asked_.end()) continue;
    std::string name(field.key().substr(0, 64));
    problem(name, fmt::format("is not a known field; known are {}", joined(asked_, ", ")));
    return;
  }
}

}  // namespace weir
