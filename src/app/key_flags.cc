#include "app/key_flags.h"

#include <charconv>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/quantity.h"

namespace weir {
namespace {

namespace json = boost::json;

bool is_none(const std::vector<std::string>& values) {
  return values.size() == 1 && values[0] == "none";
}

json::array to_array(const std::vector<std::string>& values) {
  json::array out;
  if (is_none(values)) return out;
  for (const auto& value : values) out.push_back(json::string(value));
  return out;
}

}  // namespace

void add_key_flags(CLI::App& command, KeyFlags& flags) {
  command.add_option("--description", flags.description, "What the key is for")->type_name("TEXT");
  command.add_option("--expires", flags.expires, "When it ends: 90d, 2027-01-31, a time, or never")
      ->type_name("WHEN");
  command.add_option("--plan", flags.plan, "A plan of the limits, or none")->type_name("PLAN");
  command
      .add_option("--limit", flags.limits, "Own limit: WINDOW=N, WINDOW=unlimited, or none; again for more")
      ->type_name("W=N")
      ->allow_extra_args(false);
  command.add_option("--route", flags.routes, "A path prefix it is good for, or none (all); again for more")
      ->type_name("PATH")
      ->allow_extra_args(false);
  command
      .add_option("--network", flags.networks,
                  "A source network it is good from, or none (all); again for more")
      ->type_name("CIDR")
      ->allow_extra_args(false);
}

Result<std::pair<std::string, json::value>> parse_limit_flag(std::string_view text) {
  const auto equals = text.find('=');
  if (equals != std::string_view::npos && equals > 0) {
    const std::string_view value = text.substr(equals + 1);
    std::string window(text.substr(0, equals));
    if (value == "unlimited") return std::pair(std::move(window), json::value(nullptr));
    std::uint32_t limit = 0;
    const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), limit);
    if (failure == std::errc{} && end == value.data() + value.size()) {
      return std::pair(std::move(window), json::value(std::uint64_t{limit}));
    }
  }
  return fail(ErrorCode::kInvalid,
              fmt::format("--limit is WINDOW=NUMBER or WINDOW=unlimited, as in minute=100, not '{}'",
                          text.substr(0, 64)));
}

Result<std::string> parse_time_flag(std::string_view text, UtcTime now, bool backwards) {
  if (text == "now") return to_rfc3339(now);
  // As the API has it: -24h is so long ago.
  const std::string_view length = backwards && text.starts_with('-') ? text.substr(1) : text;
  if (const auto duration = parse_duration(length)) {
    return to_rfc3339(backwards ? now - *duration : now + *duration);
  }
  if (const auto time = parse_rfc3339(text)) return to_rfc3339(*time);
  if (const auto day = parse_rfc3339(fmt::format("{}T00:00:00Z", text))) return to_rfc3339(*day);
  return fail(
      ErrorCode::kInvalid,
      fmt::format("'{}' is no time: write 24h, 2027-01-31 or 2027-01-31T12:00:00Z", text.substr(0, 64)));
}

void add_user_field(json::object& body, const std::string& user) {
  std::uint64_t id = 0;
  const auto [end, failure] = std::from_chars(user.data(), user.data() + user.size(), id);
  if (failure == std::errc{} && end == user.data() + user.size())
    body["user_id"] = id;
  else
    body["user"] = user;
}

Result<json::object> key_fields(const KeyFlags& flags, UtcTime now) {
  json::object body;
  if (flags.name) body["name"] = *flags.name;
  if (flags.user) add_user_field(body, *flags.user);
  if (flags.description) body["description"] = *flags.description;
  if (flags.expires == "never") {
    body["expires_at"] = nullptr;
  } else if (flags.expires) {
    WEIR_TRY_ASSIGN(time, parse_time_flag(*flags.expires, now, false));
    body["expires_at"] = time;
  }
  if (flags.plan == "none")
    body["plan"] = nullptr;
  else if (flags.plan)
    body["plan"] = *flags.plan;
  if (!flags.limits.empty()) {
    json::object limits;
    for (const auto& text : flags.limits) {
      if (is_none(flags.limits)) break;
      WEIR_TRY_ASSIGN(limit, parse_limit_flag(text));
      limits[limit.first] = limit.second;
    }
    body["limits"] = std::move(limits);
  }
  if (!flags.routes.empty()) body["allowed_routes"] = to_array(flags.routes);
  if (!flags.networks.empty()) body["allowed_networks"] = to_array(flags.networks);
  return body;
}

}  // namespace weir
