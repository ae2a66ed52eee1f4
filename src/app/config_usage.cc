#include <fmt/format.h>

#include "app/config_sections.h"
#include "app/openapi_paths.h"
#include "base/file.h"

namespace weir {

void read_usage(ConfigSection& section, UsageConfig& usage) {
  TemplateTrie so_far;
  section.parsed_list("endpoints", usage.endpoints, [&](const std::string& text) -> Result<std::string> {
    const std::string_view shown = std::string_view(text).substr(0, 64);
    if (so_far.names().size() >= kTemplatesMax) {
      return fail(ErrorCode::kInvalid, fmt::format("are at most {} templates", kTemplatesMax));
    }
    const auto added = so_far.add(text);
    if (!added) return fail(ErrorCode::kInvalid, fmt::format("'{}' {}", shown, added.error().detail));
    if (!*added)
      return fail(ErrorCode::kInvalid, fmt::format("'{}' matches the same as one before it", shown));
    return text;
  });
  section.text("openapi", usage.openapi);
  section.integer<std::uint32_t>("max_endpoints", usage.max_endpoints, 0, kDetectedEndpointsMax);
}

Result<SharedEndpointRules> make_endpoint_rules(const UsageConfig& usage) {
  auto rules = std::make_shared<EndpointRules>();
  rules->detected_max = usage.max_endpoints;
  for (const std::string& text : usage.endpoints) WEIR_TRY(rules->templates.add(text));
  if (usage.openapi.empty()) return rules;
  auto text = read_file(usage.openapi, kOpenApiBytesMax);
  if (!text) return fail(text.error().code, fmt::format("usage.openapi: {}", text.error().detail));
  auto paths = read_openapi_paths(*text, usage.openapi);
  if (!paths) return fail(ErrorCode::kInvalid, fmt::format("usage.openapi: {}", paths.error().detail));
  for (const OpenApiPath& path : *paths) {
    // What matches the same is taken once: templates of the configuration go first.
    if (auto added = rules->templates.add(path.path); !added) {
      return fail(ErrorCode::kInvalid, fmt::format("usage.openapi: {}:{}: '{}' {}", usage.openapi, path.line,
                                                   path.path.substr(0, 64), added.error().detail));
    }
    if (rules->templates.names().size() > kTemplatesMax) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("usage.openapi: '{}' and usage.endpoints have more than {} paths",
                              usage.openapi, kTemplatesMax));
    }
  }
  return rules;
}

}  // namespace weir
