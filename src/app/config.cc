#include "app/config.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include <fmt/format.h>
#include <sched.h>

#include "app/config_reader.h"
#include "app/config_sections.h"
#include "base/file.h"
#include "base/quantity.h"

namespace weir {
namespace {

constexpr std::uint64_t kSegmentBytesMin = 64ULL << 10;
constexpr std::uint64_t kSegmentBytesMax = 1ULL << 30;
constexpr std::uint64_t kJournalBytesMax = 1ULL << 44;
constexpr std::uint64_t kPageBytes = 4096;

Result<std::string> parse_environment(const std::string& name) {
  const auto fits = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
  };
  if (!name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), fits)) return name;
  return fail(ErrorCode::kInvalid, fmt::format("is 1 to 64 letters, digits, - and _, not '{}'",
                                               std::string_view(name).substr(0, 64)));
}

void read_top(ConfigSection& top, Config& config) {
  top.parsed("environment", config.environment, parse_environment);
  std::string data_dir;
  top.text("data_dir", data_dir);
  if (!data_dir.empty()) config.data_dir = data_dir;
  top.child("gateway", [&](ConfigSection& section) { read_gateway(section, config); });
  top.child("admin", [&](ConfigSection& section) { read_admin(section, config); });
  top.child("limits", [&](ConfigSection& section) { read_limits(section, config.limits); });
  top.child("journal", [&](ConfigSection& section) { read_journal(section, config.journal); });
  top.child("log", [&](ConfigSection& section) { read_log(section, config.log); });
  top.child("usage", [&](ConfigSection& section) { read_usage(section, config.usage); });
  top.child("notify", [&](ConfigSection& section) { read_notify(section, config.notify); });
  read_alerts(top, config.alerts);
  top.finish();
}

}  // namespace

Config::Config() {
  gateway.listen.host = "0.0.0.0";
  gateway.listen.port = 8080;
  admin_listen.host = "127.0.0.1";
  admin_listen.port = 8081;
}

void read_journal(ConfigSection& section, JournalConfig& journal) {
  section.parsed("sync", journal, [&](const std::string& text) -> Result<JournalConfig> {
    JournalConfig changed = journal;
    changed.sync_always = text == "always";
    if (changed.sync_always) return changed;
    const auto time = parse_duration(text);
    if (!time || *time < Millis(10) || *time > Millis(1000)) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("is always, or 10ms to 1s, not '{}'", std::string_view(text).substr(0, 64)));
    }
    changed.sync = *time;
    return changed;
  });
  section.size("max_bytes", journal.max_bytes, 2 * kSegmentBytesMin, kJournalBytesMax);
  section.size("segment_bytes", journal.segment_bytes, kSegmentBytesMin, kSegmentBytesMax);
  section.size("reserve_bytes", journal.reserve_bytes, 0, kJournalBytesMax);
  if (journal.segment_bytes % kPageBytes != 0) {
    section.problem(
        section.line_of("segment_bytes"),
        fmt::format("journal.segment_bytes: is a multiple of 4KiB, not {}", journal.segment_bytes));
  } else if (journal.max_bytes < 2 * journal.segment_bytes) {
    section.problem(section.line_of("max_bytes"),
                    fmt::format("journal.max_bytes: is at least two segments ({}), not {}",
                                format_size(2 * journal.segment_bytes), format_size(journal.max_bytes)));
  }
}

void read_log(ConfigSection& section, LogConfig& log) {
  section.parsed("format", log.format, parse_log_format);
  section.parsed("level", log.level, parse_log_level);
}

Result<log::Format> parse_log_format(std::string_view name) {
  if (name == "text") return log::Format::kText;
  if (name == "json") return log::Format::kJson;
  return fail(ErrorCode::kInvalid, fmt::format("is text or json, not '{}'", name.substr(0, 64)));
}

Result<log::Level> parse_log_level(std::string_view name) {
  if (name == "debug") return log::Level::kDebug;
  if (name == "info") return log::Level::kInfo;
  if (name == "warning") return log::Level::kWarning;
  if (name == "error") return log::Level::kError;
  return fail(ErrorCode::kInvalid,
              fmt::format("is debug, info, warning or error, not '{}'", name.substr(0, 64)));
}

std::optional<std::string> environment_variable(const std::string& name) {
  if (const char* value = std::getenv(name.c_str())) return value;
  return std::nullopt;
}

Result<Config> parse_config(std::string_view text, const std::string& file,
                            const EnvironmentLookup& environment) {
  WEIR_TRY_ASSIGN(root, parse_yaml(text, file));
  Config config;
  if (root->kind == YamlNode::Kind::kNull) return config;
  ConfigProblems problems(file, environment);
  if (root->kind != YamlNode::Kind::kMap) {
    problems.add(root->line,
                 fmt::format("a configuration is a mapping of settings, not {}", root->kind_name()));
    return tl::unexpected<Error>(problems.to_error());
  }
  ConfigSection top(problems, *root, "");
  read_top(top, config);
  if (!problems.empty()) return tl::unexpected<Error>(problems.to_error());
  return config;
}

Result<Config> load_config(const std::filesystem::path& file) {
  WEIR_TRY_ASSIGN(text, read_file(file, kYamlBytesMax));
  return parse_config(text, file.string(), environment_variable);
}

std::uint32_t data_plane_threads(const Config& config) {
  if (config.threads != 0) return config.threads;
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
  return static_cast<std::uint32_t>(std::max(1, CPU_COUNT(&allowed)));
}

Result<void> check_servable(const Config& config) {
  if (config.gateway.routes.empty()) {
    return fail(
        ErrorCode::kInvalid,
        "there is no upstream: name your API with --upstream http://127.0.0.1:8000, or with gateway.upstream "
        "in the configuration file");
  }
  const std::uint64_t needed = 2 * config.journal.segment_bytes * data_plane_threads(config);
  if (config.journal.max_bytes < needed) {
    return fail(ErrorCode::kInvalid,
                fmt::format("journal.max_bytes is at least two segments a thread ({}), not {}",
                            format_size(needed), format_size(config.journal.max_bytes)));
  }
  return {};
}

}  // namespace weir
