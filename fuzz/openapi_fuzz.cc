// Arbitrary bytes as an OpenAPI document: the paths it describes, or an error that says where.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/openapi_paths.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto paths = weir::read_openapi_paths({reinterpret_cast<const char*>(data), size}, "fuzz.yaml");
  if (!paths) {
    if (!paths.error().detail.starts_with("fuzz.yaml")) std::abort();
    return 0;
  }
  for (const weir::OpenApiPath& path : *paths) {
    if (!path.path.starts_with('/')) std::abort();
  }
  return 0;
}
