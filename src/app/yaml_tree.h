// A YAML document as a small tree that remembers its lines. Bounded: bytes, nodes (with aliases counted as
// often as they are used) and depth; duplicate keys are errors. Pure.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir {

inline constexpr std::size_t kYamlBytesMax = 256U << 10;
inline constexpr std::size_t kYamlNodesMax = 20'000;
inline constexpr std::size_t kYamlDepthMax = 32;

struct YamlLimits {
  std::size_t bytes = kYamlBytesMax;
  std::size_t nodes = kYamlNodesMax;
  std::size_t depth = kYamlDepthMax;
};

struct YamlNode;
using YamlNodePtr = std::shared_ptr<const YamlNode>;

struct YamlEntry {
  std::string key;
  int line = 1;
  YamlNodePtr value;
};

struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMap };

  Kind kind = Kind::kNull;
  int line = 1;         // counted from 1
  std::string text;     // of a scalar
  bool quoted = false;  // the scalar stood in quotes (or a block): a text, whatever it looks like
  std::vector<YamlNodePtr> items;
  std::vector<YamlEntry> entries;  // in the order of the file
  std::size_t nodes = 1;           // this and all below

  [[nodiscard]] std::string_view kind_name() const;  // "a mapping", "a list", …
};

/// The one document of `text`; an empty one is kNull. kInvalid: "FILE:LINE: sentence".
[[nodiscard]] Result<YamlNodePtr> parse_yaml(std::string_view text, const std::string& file,
                                             const YamlLimits& limits = {});

}  // namespace weir
