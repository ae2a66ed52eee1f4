// The paths an OpenAPI document describes, as endpoint templates.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir {

inline constexpr std::size_t kOpenApiBytesMax = 16U << 20;

struct OpenApiPath {
  std::string path;  // the base path of a server in front
  int line = 0;      // of the document; 0: JSON, which keeps none
};

/// The paths of an OpenAPI 3 or Swagger 2 document, in YAML or JSON, each under the base path of every server
/// (or of none), in the order of the document. `file` is what errors call it. kInvalid: "FILE:LINE:
/// sentence". Servers of single paths are passed over. Pure.
[[nodiscard]] Result<std::vector<OpenApiPath>> read_openapi_paths(std::string_view text,
                                                                  const std::string& file);

}  // namespace weir
