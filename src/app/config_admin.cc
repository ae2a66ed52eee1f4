#include "app/config_sections.h"
#include "base/quantity.h"

namespace weir {
namespace {

constexpr std::chrono::hours kDay{24};

/// A duration of a day at least, or "forever".
Result<std::optional<Seconds>> parse_retention(const std::string& text) {
  if (text == "forever") return std::optional<Seconds>();
  const auto time = parse_duration(text);
  if (!time || *time < kDay) {
    return fail(ErrorCode::kInvalid,
                fmt::format("is forever, or 1d or more, not '{}'", std::string_view(text).substr(0, 64)));
  }
  return std::optional(std::chrono::floor<Seconds>(*time));
}

}  // namespace

void read_admin(ConfigSection& section, Config& config) {
  section.parsed("listen", config.admin_listen,
                 [](const std::string& text) { return net::ListenAddress::parse(text); });
  AccessSettings& access = config.admin_access;
  section.parsed_list("trusted_proxies", access.trusted_proxies,
                      [](const std::string& text) { return IpNetwork::parse(text); });
  section.duration("session_idle", access.session_idle, Seconds(60), 30 * kDay);
  section.duration("session_lifetime", access.session_lifetime, Seconds(60), 365 * kDay);
  section.parsed("audit_retention", access.audit_retention, parse_retention);
}

}  // namespace weir
