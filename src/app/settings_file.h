// Settings a person keeps in a file: JSON or YAML, read as JSON.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "app/yaml_tree.h"
#include "base/result.h"

namespace weir {

/// A node as YAML 1.2's core schema reads it: quoted scalars are texts. Pure.
[[nodiscard]] boost::json::value to_json_value(const YamlNode& node);

/// Where the field of a problem stands: the line of the deepest part of `path` ("overrides[2].warning") that
/// is in the document. Pure.
[[nodiscard]] int line_of_field(const YamlNode& root, std::string_view path);

/// `path`: "-" is standard input. kNotFound, kIo, kInvalid: "FILE:LINE: sentence".
[[nodiscard]] Result<boost::json::value> read_settings_file(const std::string& path);

}  // namespace weir
