// The fields of a key as flags of `weir keys create` and `update`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>

#include "base/clock.h"
#include "base/result.h"

namespace weir {

struct KeyFlags {
  std::optional<std::string> name{};
  std::optional<std::string> user{};  // a name or an id
  std::optional<std::string> description{};
  std::optional<std::string> expires{};  // a time, a duration from now, or "never"
  std::optional<std::string> plan{};     // "none": the default limits
  std::vector<std::string> limits{};     // WINDOW=NUMBER, WINDOW=unlimited, or "none"
  std::vector<std::string> routes{};     // or "none"
  std::vector<std::string> networks{};   // or "none"
};

/// Declares the flags that create and update share.
void add_key_flags(CLI::App& command, KeyFlags& flags);

/// The fields as the API takes them; what was not given is not there. kInvalid names the flag.
[[nodiscard]] Result<boost::json::object> key_fields(const KeyFlags& flags, UtcTime now);

/// "minute=100" or "minute=unlimited" into a window's name and a JSON limit. kInvalid names the text.
[[nodiscard]] Result<std::pair<std::string, boost::json::value>> parse_limit_flag(std::string_view text);

/// An RFC 3339 time, a date, or a duration counted from `now` forwards (or backwards), as an RFC 3339 time.
[[nodiscard]] Result<std::string> parse_time_flag(std::string_view text, UtcTime now, bool backwards);

/// A field that names an owner: {"user_id": 7} for digits, else {"user": "alice"}.
void add_user_field(boost::json::object& body, const std::string& user);

}  // namespace weir
