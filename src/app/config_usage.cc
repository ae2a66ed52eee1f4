#include <optional>

#include <fmt/format.h>

#include "app/config_sections.h"
#include "app/openapi_paths.h"
#include "base/file.h"
#include "base/quantity.h"

namespace weir {
namespace {

constexpr std::uint64_t kUsageBytesMax = 1ULL << 50;
constexpr Seconds kKeptMax = std::chrono::days(3660);

void read_kept(ConfigSection& section, const std::string& name, std::optional<Seconds>& kept,
               Seconds minimum) {
  section.parsed(name, kept, [&](const std::string& text) -> Result<std::optional<Seconds>> {
    if (text == "forever") return std::optional<Seconds>();
    const auto time = parse_duration(text);
    if (time && *time >= minimum && *time <= kKeptMax)
      return std::optional(std::chrono::floor<Seconds>(*time));
    return fail(ErrorCode::kInvalid,
                fmt::format("is forever, or {} to {}, not '{}'", format_duration(minimum),
                            format_duration(kKeptMax), std::string_view(text).substr(0, 64)));
  });
}

/// No tier is kept for less long than one of its coarser neighbour's periods: it is what that is made of.
void read_retention(ConfigSection& section, UsageConfig& usage) {
  RollupRetention& rollups = usage.rollup_retention;
  read_kept(section, "calls", usage.call_retention.calls, std::chrono::hours(1));
  read_kept(section, "minutes", rollups.minutes, std::chrono::hours(1));
  read_kept(section, "hours", rollups.hours, std::chrono::days(1));
  read_kept(section, "days", rollups.days, std::chrono::days(28));
  section.size("max_bytes", usage.call_retention.max_bytes, 0, kUsageBytesMax);
}

}  // namespace

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
  section.child("retention", [&](ConfigSection& child) { read_retention(child, usage); });
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
