#include "admin/json_document.h"

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <fmt/format.h>

namespace weir {
namespace {

namespace json = boost::json;

/// Builds the value as json::parser does, and stops at a field name an object has had already.
class StrictHandler {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  [[nodiscard]] json::value release() { return values_.release(); }
  [[nodiscard]] const std::optional<std::string>& repeated() const { return repeated_; }

  bool on_document_begin(json::error_code&) {
    values_.reset();
    return true;
  }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    names_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t count, json::error_code&) {
    names_.pop_back();
    values_.push_object(count);
    return true;
  }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t count, json::error_code&) {
    values_.push_array(count);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    name_.append(part.data(), part.size());
    values_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code& error) {
    name_.append(part.data(), part.size());
    values_.push_key(part);
    if (!names_.back().insert(name_).second) {
      repeated_ = name_;
      error = json::error::syntax;
      return false;
    }
    name_.clear();
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    values_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, json::error_code&) {
    values_.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, json::error_code&) {
    values_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, json::error_code&) {
    values_.push_uint64(number);
    return true;
  }
  bool on_double(double number, json::string_view, json::error_code&) {
    values_.push_double(number);
    return true;
  }
  bool on_bool(bool flag, json::error_code&) {
    values_.push_bool(flag);
    return true;
  }
  bool on_null(json::error_code&) {
    values_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  json::value_stack values_;
  std::vector<std::unordered_set<std::string>> names_;  // of the objects that are open
  std::string name_;
  std::optional<std::string> repeated_;
};

std::string position_of(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  std::size_t line = 1;
  for (const char c : before) line += c == '\n' ? 1 : 0;
  const auto line_start = before.rfind('\n');
  const std::size_t column = line_start == std::string_view::npos ? offset + 1 : offset - line_start;
  return fmt::format("line {}, column {}", line, column);
}

tl::unexpected<Error> not_json(std::string_view text, std::size_t offset, std::string_view reason) {
  return fail(ErrorCode::kInvalid,
              fmt::format("The body is not valid JSON at {}: {}", position_of(text, offset), reason));
}

/// The name of a field may be anything, a secret put in the wrong place too: only a plain one is repeated.
std::string shown_name(const std::string& name) {
  const bool plain = name.size() <= 32 &&
                     name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == std::string::npos;
  return plain ? fmt::format("field '{}'", name) : "a field";
}

}  // namespace

Result<boost::json::value> parse_json_document(std::string_view text) {
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  json::basic_parser<StrictHandler> parser(options);
  json::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (parser.handler().repeated()) {
    return not_json(text, used, shown_name(*parser.handler().repeated()) + " is given twice");
  }
  if (error == json::error::too_deep) {
    return not_json(text, used, fmt::format("nested more than {} deep", kJsonDepthMax));
  }
  if (error == json::error::incomplete) return not_json(text, text.size(), "it ends too early");
  if (error) return not_json(text, used, error.message());
  if (used < text.size()) return not_json(text, used, "something follows the document");
  return parser.handler().release();
}

}  // namespace weir
