#include "app/config_show.h"

#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <yaml-cpp/emitter.h>

#include "admin/alert_settings_json.h"
#include "base/quantity.h"

namespace weir {
namespace {

namespace json = boost::json;

json::value limit_to_json(std::uint32_t limit) {
  if (limit == kUnlimited) return nullptr;
  return std::uint64_t{limit};
}

json::object limits_to_json(const LimitSettings& limits) {
  json::array windows;
  for (const auto& window : limits.windows) {
    windows.push_back(json::object{{"name", window.name},
                                   {"seconds", std::uint64_t{window.seconds}},
                                   {"limit", limit_to_json(window.limit)}});
  }
  json::object plans;
  for (const auto& [name, overrides] : limits.plans) {
    json::object plan;
    for (const auto& [window, limit] : overrides) plan[window] = limit_to_json(limit);
    plans[name] = std::move(plan);
  }
  return {{"algorithm", std::string(to_string(limits.algorithm))},
          {"shadow", limits.shadow},
          {"windows", std::move(windows)},
          {"plans", std::move(plans)}};
}

json::object usage_to_json(const UsageConfig& usage) {
  json::object out{{"endpoints", json::array(usage.endpoints.begin(), usage.endpoints.end())}};
  if (!usage.openapi.empty()) out["openapi"] = usage.openapi;
  out["max_endpoints"] = std::uint64_t{usage.max_endpoints};
  const auto kept = [](const std::optional<Seconds>& time) {
    return time ? format_duration(*time) : "forever";
  };
  out["retention"] = {{"calls", kept(usage.call_retention.calls)},
                      {"minutes", kept(usage.rollup_retention.minutes)},
                      {"hours", kept(usage.rollup_retention.hours)},
                      {"days", kept(usage.rollup_retention.days)},
                      {"max_bytes", format_size(usage.call_retention.max_bytes)}};
  return out;
}

json::object bounds_to_json(const GatewayBounds& bounds) {
  return {{"head_bytes", format_size(bounds.head_bytes)},
          {"header_count", bounds.header_count},
          {"uri_bytes", format_size(bounds.uri_bytes)},
          {"body_bytes", format_size(bounds.body_bytes)},
          {"head_timeout", format_duration(bounds.head_timeout)},
          {"idle_timeout", format_duration(bounds.idle_timeout)},
          {"body_timeout", format_duration(bounds.body_timeout)},
          {"connect_timeout", format_duration(bounds.connect_timeout)},
          {"connections", bounds.connections},
          {"pooled_connections", bounds.pooled_connections},
          {"pooled_idle", format_duration(bounds.pooled_idle)}};
}

json::object gateway_to_json(const Config& config) {
  const GatewaySettings& gateway = config.gateway;
  json::object out{{"listen", gateway.listen.to_string()}};
  if (gateway.tls) out["tls"] = {{"certificate", gateway.tls->certificate}, {"key", gateway.tls->key}};
  json::array routes;
  for (const auto& route : gateway.routes) {
    json::array upstreams;
    for (const auto& upstream : route.upstreams) upstreams.push_back(json::string(upstream.to_string()));
    routes.push_back(json::object{{"path", route.path},
                                  {"upstreams", std::move(upstreams)},
                                  {"timeout", format_duration(route.timeout)},
                                  {"cost", std::uint64_t{route.cost}}});
  }
  out["routes"] = std::move(routes);
  json::array proxies;
  for (const auto& network : gateway.trusted_proxies) proxies.push_back(json::string(network.to_string()));
  out["trusted_proxies"] = std::move(proxies);
  out["forward_api_key"] = gateway.forward_api_key;
  out["self_usage"] = gateway.self_usage;
  out["ietf_headers"] = gateway.ietf_headers;
  if (!gateway.upstream_ca_file.empty()) out["upstream_ca_file"] = gateway.upstream_ca_file;
  out["bounds"] = bounds_to_json(gateway.bounds);
  out["drain_timeout"] = format_duration(gateway.drain_timeout);
  out["threads"] = std::uint64_t{data_plane_threads(config)};
  return out;
}

json::object admin_to_json(const Config& config) {
  const AccessSettings& access = config.admin_access;
  json::array proxies;
  for (const auto& network : access.trusted_proxies) proxies.push_back(json::string(network.to_string()));
  return {{"listen", config.admin_listen.to_string()},
          {"trusted_proxies", std::move(proxies)},
          {"session_idle", format_duration(access.session_idle)},
          {"session_lifetime", format_duration(access.session_lifetime)},
          {"audit_retention",
           access.audit_retention ? format_duration(*access.audit_retention) : std::string("forever")}};
}

/// Texts in quotes only where YAML would read them as something else.
void emit(YAML::Emitter& out, const json::value& value) {
  if (const auto* object = value.if_object()) {
    if (object->empty()) out << YAML::Flow;
    out << YAML::BeginMap;
    for (const auto& [key, member] : *object) {
      out << YAML::Key << std::string(key) << YAML::Value;
      emit(out, member);
    }
    out << YAML::EndMap;
  } else if (const auto* array = value.if_array()) {
    if (array->empty()) out << YAML::Flow;
    out << YAML::BeginSeq;
    for (const auto& item : *array) emit(out, item);
    out << YAML::EndSeq;
  } else if (const auto* text = value.if_string()) {
    std::string escaped;  // a dollar sign would start a ${NAME}
    for (const char c : *text) escaped += c == '$' ? std::string("$$") : std::string(1, c);
    out << escaped;
  } else if (value.is_null()) {
    out << YAML::Null;
  } else {
    out << json::serialize(value);
  }
}

}  // namespace

json::object config_to_json(const Config& config) {
  const char* format = config.log.format == log::Format::kJson ? "json" : "text";
  constexpr std::array<const char*, 5> kLevels = {"debug", "info", "warning", "error", "error"};
  return {{"environment", config.environment},
          {"data_dir", config.data_dir.string()},
          {"gateway", gateway_to_json(config)},
          {"admin", admin_to_json(config)},
          {"limits", limits_to_json(config.limits)},
          {"journal",
           {{"sync", config.journal.sync_always ? "always" : format_duration(config.journal.sync)},
            {"max_bytes", format_size(config.journal.max_bytes)},
            {"segment_bytes", format_size(config.journal.segment_bytes)},
            {"reserve_bytes", format_size(config.journal.reserve_bytes)}}},
          {"usage", usage_to_json(config.usage)},
          {"alerts", to_json(config.alerts)},
          {"notify", notify_to_json(config.notify)},
          {"log", {{"format", format}, {"level", kLevels[static_cast<std::size_t>(config.log.level)]}}}};
}

std::string config_to_yaml(const Config& config) {
  YAML::Emitter out;
  emit(out, config_to_json(config));
  return std::string(out.c_str()) + "\n";
}

std::vector<std::string> restart_differences(const Config& running, const Config& wanted) {
  std::vector<std::string> names;
  const auto differ = [&](bool changed, const char* name) {
    if (changed) names.emplace_back(name);
  };
  differ(running.environment != wanted.environment, "environment");
  differ(running.data_dir != wanted.data_dir, "data_dir");
  differ(running.gateway.listen.to_string() != wanted.gateway.listen.to_string(), "gateway.listen");
  differ(data_plane_threads(running) != data_plane_threads(wanted), "gateway.threads");
  differ(running.admin_listen.to_string() != wanted.admin_listen.to_string(), "admin.listen");
  differ(running.admin_access.trusted_proxies != wanted.admin_access.trusted_proxies,
         "admin.trusted_proxies");
  differ(running.admin_access.session_idle != wanted.admin_access.session_idle, "admin.session_idle");
  differ(running.admin_access.session_lifetime != wanted.admin_access.session_lifetime,
         "admin.session_lifetime");
  differ(running.admin_access.audit_retention != wanted.admin_access.audit_retention,
         "admin.audit_retention");
  differ(running.journal.sync != wanted.journal.sync ||
             running.journal.sync_always != wanted.journal.sync_always,
         "journal.sync");
  differ(running.journal.max_bytes != wanted.journal.max_bytes, "journal.max_bytes");
  differ(running.journal.segment_bytes != wanted.journal.segment_bytes, "journal.segment_bytes");
  differ(running.journal.reserve_bytes != wanted.journal.reserve_bytes, "journal.reserve_bytes");
  differ(running.log.format != wanted.log.format, "log.format");
  differ(running.log.level != wanted.log.level, "log.level");
  return names;
}

}  // namespace weir
