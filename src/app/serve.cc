#include "app/serve.h"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "app/exit_code.h"
#include "app/instance.h"
#include "app/signals.h"
#include "app/systemd.h"
#include "app/version.h"
#include "base/joined.h"
#include "base/log.h"

namespace weir {
namespace {

constexpr Millis kTick{1000};

/// `out` from a flag's text, or an error that names the flag.
template <class T, class Parse>
Result<void> apply(const std::optional<std::string>& flag, std::string_view name, T& out, Parse parse) {
  if (!flag) return {};
  auto value = parse(*flag);
  if (!value) return fail(ErrorCode::kInvalid, fmt::format("--{}: {}", name, value.error().detail));
  out = *std::move(value);
  return {};
}

/// --upstream is the route for /, in place of the file's.
Result<void> apply_upstream(const std::optional<std::string>& flag, std::vector<RouteSettings>& routes) {
  if (!flag) return {};
  net::UpstreamAddress upstream;
  WEIR_TRY(apply(flag, "upstream", upstream,
                 [](const std::string& url) { return net::UpstreamAddress::parse(url); }));
  for (auto& route : routes) {
    if (route.path != "/") continue;
    route.upstreams = {std::move(upstream)};
    return {};
  }
  RouteSettings root;
  root.upstreams = {std::move(upstream)};
  routes.push_back(std::move(root));
  return {};
}

void reload(Instance& instance, const ServeFlags& flags, const InheritedSockets& sockets) {
  notify_reloading();
  auto wanted = effective_config(flags);
  if (wanted && sockets.gateway) wanted->gateway.listen = *sockets.gateway;
  if (wanted && sockets.admin) wanted->admin_listen = *sockets.admin;
  const auto result = wanted ? instance.reload(*std::move(wanted)) : tl::unexpected<Error>(wanted.error());
  if (result)
    log::info("the configuration is reloaded", {{"file", flags.config_file}});
  else
    log::error("the new configuration is refused, the old one stays in force",
               {{"reason", result.error().detail}});
  notify_systemd("READY=1");
}

std::string upstreams_of(const Config& config) {
  if (config.gateway.routes.size() != 1) return fmt::format("{} routes", config.gateway.routes.size());
  std::vector<std::string> names;
  for (const auto& upstream : config.gateway.routes[0].upstreams) names.push_back(upstream.to_string());
  return joined(names, ", ");
}

void announce(const Instance& instance) {
  const Config& config = instance.config();
  log::info("weir serves", {{"version", version()},
                            {"gateway", instance.gateway_url()},
                            {"upstream", upstreams_of(config)},
                            {"admin", instance.admin_url()},
                            {"threads", data_plane_threads(config)},
                            {"data_dir", config.data_dir.string()}});
  if (config.log.format == log::Format::kJson) return;  // for a machine: nothing but lines of JSON
  fmt::print("weir {} is ready.\n  gateway  {}  ->  {}\n  admin    {}\n  data     {}\n", version(),
             instance.gateway_url(), upstreams_of(config), instance.admin_url(), config.data_dir.string());
  std::fflush(stdout);
}

int refuse(const Error& error, int code) {
  fmt::print(stderr, "weir: {}\n", error.detail);
  return code;
}

}  // namespace

Result<Config> effective_config(const ServeFlags& flags) {
  Config config;
  if (!flags.config_file.empty()) {
    WEIR_TRY_ASSIGN(loaded, load_config(flags.config_file));
    config = std::move(loaded);
  }
  const auto listen = [](const std::string& text) { return net::ListenAddress::parse(text); };
  WEIR_TRY(apply_upstream(flags.upstream, config.gateway.routes));
  WEIR_TRY(apply(flags.listen, "listen", config.gateway.listen, listen));
  WEIR_TRY(apply(flags.admin_listen, "admin-listen", config.admin_listen, listen));
  WEIR_TRY(apply(flags.log_format, "log-format", config.log.format, parse_log_format));
  WEIR_TRY(apply(flags.log_level, "log-level", config.log.level, parse_log_level));
  if (flags.data_dir) config.data_dir = *flags.data_dir;
  if (flags.threads) config.threads = *flags.threads;
  return config;
}

int serve(const ServeFlags& flags) {
  SignalQueue signals;  // before any thread
  auto config = effective_config(flags);
  if (!config) return refuse(config.error(), kExitUsage);
  auto sockets = inherited_sockets(environment_variable, ::getpid());
  if (!sockets) return refuse(sockets.error(), kExitUsage);
  if (sockets->gateway) config->gateway.listen = *sockets->gateway;
  if (sockets->admin) config->admin_listen = *sockets->admin;
  if (auto servable = check_servable(*config); !servable) return refuse(servable.error(), kExitUsage);
  static const SystemClock clock;  // for events as long as there are any
  log::configure(config->log.format, config->log.level, clock);

  const std::uint64_t files = raise_file_limit();
  if (files < config->gateway.bounds.connections) {
    log::warn("fewer files may be open than gateway.bounds.connections: raise LimitNOFILE or ulimit -n",
              {{"files", files}, {"connections", config->gateway.bounds.connections}});
  }
  auto instance = Instance::start(*std::move(config), clock);
  if (!instance) {
    log::flush();
    return refuse(instance.error(), kExitFailed);
  }
  announce(**instance);
  notify_systemd("READY=1");
  for (;;) {
    const auto signal = signals.wait(kTick);
    if (signal == Signal::kStop) break;
    if (signal == Signal::kReload) reload(**instance, flags, *sockets);
    (*instance)->tick();
  }
  log::info("stopping: requests in flight end first; a second signal ends at once");
  notify_systemd("STOPPING=1");
  signals.end_at_next_stop();
  (*instance)->stop();
  instance->reset();
  log::info("stopped");
  log::flush();
  return kExitOk;
}

}  // namespace weir
