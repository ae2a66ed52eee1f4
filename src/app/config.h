// The configuration of `weir serve`: the file, its defaults and its checks. docs/configuration.md describes
// it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/access_settings.h"
#include "base/log.h"
#include "base/result.h"
#include "gateway/settings.h"
#include "model/alert_settings.h"
#include "model/limit_settings.h"
#include "net/address.h"
#include "notify/settings.h"
#include "usage/call_retention.h"
#include "usage/endpoint_rules.h"
#include "usage/rollup_keeper.h"

namespace weir {

struct JournalConfig {
  Millis sync{50};                       // 10 ms to 1 s
  bool sync_always = false;              // every answer waits for the disk
  std::uint64_t max_bytes = 4ULL << 30;  // of all journals together
  std::uint64_t segment_bytes = 4ULL << 20;
  std::uint64_t reserve_bytes = 64ULL << 20;  // of the disk, left to the store
};

struct UsageConfig {
  std::vector<std::string> endpoints;  // templates, as they are written
  std::string openapi;                 // file; "": none
  std::uint32_t max_endpoints = kDetectedEndpointsDefault;
  CallRetention call_retention;
  RollupRetention rollup_retention;
};

struct LogConfig {
  log::Format format = log::Format::kText;
  log::Level level = log::Level::kInfo;
};

struct Config {
  std::string environment = "production";  // part of new keys
  std::filesystem::path data_dir = "weir-data";
  GatewaySettings gateway;          // listen: 0.0.0.0:8080
  std::uint32_t threads = 0;        // of the data plane; 0: one a core
  net::ListenAddress admin_listen;  // 127.0.0.1:8081
  AccessSettings admin_access;
  LimitSettings limits;
  JournalConfig journal;
  UsageConfig usage;
  NotifySettings notify;
  AlertSettings alerts;
  LogConfig log;

  Config();
};

/// Where ${NAME} comes from; nothing: not set.
using EnvironmentLookup = std::function<std::optional<std::string>(const std::string& name)>;

/// The process's environment.
[[nodiscard]] std::optional<std::string> environment_variable(const std::string& name);

/// Reads `text`; `file` is what errors call it. kInvalid: one line a problem, at most kConfigProblemsMax,
/// each "FILE:LINE: sentence" naming field, bound and value. Pure but for `environment`.
[[nodiscard]] Result<Config> parse_config(std::string_view text, const std::string& file,
                                          const EnvironmentLookup& environment);

/// Reads a file with the process's environment. kNotFound, kIo, kInvalid.
[[nodiscard]] Result<Config> load_config(const std::filesystem::path& file);

/// What the fields together must keep, for a configuration changed by flags: an upstream, room for two
/// segments a journal.
[[nodiscard]] Result<void> check_servable(const Config& config);

/// The templates of the section and of the OpenAPI document it names, which is read here. kInvalid names
/// file, line and path, kNotFound and kIo the file.
[[nodiscard]] Result<SharedEndpointRules> make_endpoint_rules(const UsageConfig& usage);

/// As configured, or one a core this process may run on.
[[nodiscard]] std::uint32_t data_plane_threads(const Config& config);

[[nodiscard]] Result<log::Format> parse_log_format(std::string_view name);  // "text", "json"
[[nodiscard]] Result<log::Level> parse_log_level(std::string_view name);    // "debug" to "error"

inline constexpr std::size_t kConfigProblemsMax = 20;

}  // namespace weir
