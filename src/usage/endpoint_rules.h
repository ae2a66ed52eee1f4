// What the configuration says about endpoints, ready to be matched.
#pragma once

#include <cstdint>
#include <memory>

#include "usage/template_trie.h"

namespace weir {

inline constexpr std::uint32_t kDetectedEndpointsDefault = 1000;
inline constexpr std::uint32_t kDetectedEndpointsMax = 50'000;
/// Templates of the configuration, those of an OpenAPI file included.
inline constexpr std::size_t kTemplatesMax = 10'000;

struct EndpointRules {
  TemplateTrie templates;  // at most kTemplatesMax
  std::uint32_t detected_max =
      kDetectedEndpointsDefault;  // names detection may add, up to kDetectedEndpointsMax
};
using SharedEndpointRules = std::shared_ptr<const EndpointRules>;

}  // namespace weir
