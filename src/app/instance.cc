#include "app/instance.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <malloc.h>

#include "admin/alert_settings_json.h"
#include "admin/audit_change.h"
#include "admin/stream_routes.h"
#include "app/config_show.h"
#include "app/key_usage.h"
#include "app/metrics.h"
#include "app/token_file.h"
#include "app/version.h"
#include "base/joined.h"
#include "base/log.h"
#include "keys/pepper.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

constexpr Seconds kStorePatience{20};  // at the end, for calls not yet stored
constexpr std::size_t kAdminThreads = 2;

/// How many journals a folder holds: one more than the highest number among its folders' names.
std::size_t count_journals(const fs::path& folder) {
  std::size_t count = 0;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    const std::string name = entry.path().filename().string();
    std::uint16_t index = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
    if (error == std::errc{} && end == name.data() + name.size())
      count = std::max<std::size_t>(count, index + 1U);
  }
  return count;
}

}  // namespace

Instance::Instance(Config config, const Clock& clock, DataFolder folder)
    : config_(std::move(config)),
      clock_(clock),
      folder_(std::move(folder)),
      windows_(config_.limits.windows),
      costs_(config_.gateway) {}

Instance::~Instance() {
  if (gateway_ && !stopped_) stop();
}

Result<std::unique_ptr<Instance>> Instance::start(Config config, const Clock& clock) {
  WEIR_TRY(check_servable(config));
  WEIR_TRY_ASSIGN(folder, DataFolder::open(config.data_dir));
  std::unique_ptr<Instance> instance(new Instance(std::move(config), clock, std::move(folder)));
  WEIR_TRY(instance->build());
  return instance;
}

Result<void> Instance::build() {
  const fs::path& folder = folder_.path();
  WEIR_TRY_ASSIGN(store, open_sqlite_store(folder));
  store_ = std::move(store);
  WEIR_TRY_ASSIGN(stored_keys, store_->keys().count());
  WEIR_TRY_ASSIGN(pepper, load_or_create_pepper(folder, stored_keys));
  pepper_ = std::move(pepper);
  keys_ = KeyTable::create(pepper_);
  WEIR_TRY_ASSIGN(limiter,
                  Limiter::open(folder / "limits.counters", config_.limits, clock_.utc(), clock_.instant()));
  limiter_ = std::move(limiter);
  WEIR_TRY_ASSIGN(notifier,
                  Notifier::create(config_.notify, store_->outbox(), fmt::format("weir/{}", version())));
  notifier_ = std::move(notifier);
  WEIR_TRY(open_journals());
  WEIR_TRY_ASSIGN(stored_endpoints, store_->pipeline().endpoints());
  WEIR_TRY_ASSIGN(endpoint_rules, make_endpoint_rules(config_.usage));
  endpoints_ = std::make_unique<EndpointTable>(std::move(endpoint_rules), stored_endpoints);
  usage_ = make_usage_queries(*store_, [this] { return endpoints_->names(); });
  WEIR_TRY(start_pipeline());
  WEIR_TRY(start_admin_parts());
  keeper_ = std::make_unique<JournalKeeper>(all_journals(), config_.journal, clock_);
  pipeline_runner_ = std::make_unique<PipelineRunner>(*pipeline_, clock_);
  notify_runner_ = std::make_unique<NotifyRunner>(*notifier_, clock_);
  digest_runner_ =
      std::make_unique<DigestRunner>([this](UtcTime now) { return admin_->send_digest(now); }, clock_);
  usage_keeper_ = std::make_unique<UsageKeeper>(*store_, clock_, config_.usage.rollup_retention,
                                                config_.usage.call_retention);
  WEIR_TRY(start_gateway());
  WEIR_TRY(start_admin_service());
  ::malloc_trim(0);  // what loading the keys took is not needed again
  return {};
}

Result<void> Instance::start_pipeline() {
  WEIR_TRY_ASSIGN(positions, store_->pipeline().positions());
  imports_ = std::make_unique<ImportQueue>(positions);
  AlertStageParts parts{.store = store_->alerts(),
                        .desk = alert_desk_,
                        .environment = config_.environment,
                        .settings = config_.alerts,
                        .parse_settings = parse_alert_settings,
                        .directory = {},
                        .names = {},
                        .limit_use = {},
                        .expiring = {},
                        .dropped = {},
                        .channels = {},
                        .changed = [this](const AlertEvent& event) { admin_->tell_watchers(event); },
                        .outbox_filled = [this] { notifier_->wake(); }};
  connect(parts, alert_sources());
  WEIR_TRY_ASSIGN(alerts, AlertStage::create(std::move(parts)));
  alerts_ = std::move(alerts);
  pipeline_ = Pipeline::create(all_journals(), *store_, *endpoints_, windows_.names(), imports_.get());
  pipeline_->attach(*alerts_);
  return {};
}

AlertSources Instance::alert_sources() const {
  return {.clock = clock_,
          .store = *store_,
          .keys = key_directory_,
          .limiter = *limiter_,
          .windows = windows_,
          .journals = all_journals(),
          .endpoints = [this] { return endpoints_->names(); }};
}

Result<void> Instance::open_journals() {
  WEIR_TRY_ASSIGN(positions, store_->pipeline().positions());
  const std::size_t threads = data_plane_threads(config_);
  const fs::path folder = folder_.path() / "journal";
  const std::size_t count = std::max(threads, count_journals(folder));
  for (std::size_t i = 0; i < count; ++i) {
    const auto index = static_cast<JournalIndex>(i);
    const auto stored = positions.find(index);
    WEIR_TRY_ASSIGN(journal, Journal::open({.folder = folder / std::to_string(i),
                                            .segment_bytes = config_.journal.segment_bytes,
                                            .max_bytes = config_.journal.max_bytes / threads,
                                            .reserve_bytes = config_.journal.reserve_bytes},
                                           stored == positions.end() ? JournalPosition{} : stored->second));
    journals_.push_back(std::move(journal));
  }
  return {};
}

Result<void> Instance::start_admin_parts() {
  WEIR_TRY_ASSIGN(token, load_or_create_token(folder_.path()));
  WEIR_TRY_ASSIGN(
      admin,
      Admin::create({.clock = clock_,
                     .store = *store_,
                     .usage = *usage_,
                     .keys = *keys_,
                     .key_directory = key_directory_,
                     .limiter = *limiter_,
                     .imports = *imports_,
                     .notifier = *notifier_,
                     .alert_desk = alert_desk_,
                     .alert_names = alert_names(alert_sources()),
                     .alert_settings = config_.alerts,
                     .notify = config_.notify,
                     .endpoint_names = [this] { return endpoints_->names(); },
                     .pepper = pepper_,
                     .environment = config_.environment,
                     .token = std::move(token),
                     .limits = config_.limits,
                     .route_costs = [this] { return costs_.get(); },
                     .calls_kept_from = [this](UtcTime now) { return usage_keeper_->calls_kept_from(now); },
                     .access = config_.admin_access,
                     .limits_changed =
                         [this](const LimitSettings& limits) {
                           windows_.set(limits.windows);
                           pipeline_->set_window_names(windows_.names());
                         },
                     .ready = [this] { return ready_.load(); },
                     .metrics_text = [this] { return metrics_text(); }}));
  admin_ = std::move(admin);
  live_ = std::make_unique<LiveTotals>([this](const LiveSecond& second) {
    admin_->events().publish(LiveTopic::kTotals, to_event_data(second), second.at);
  });
  pipeline_->watch(*live_);
  return {};
}

Result<void> Instance::start_gateway() {
  std::vector<Journal*> journals = all_journals();
  journals.resize(data_plane_threads(config_));
  WEIR_TRY_ASSIGN(gateway, Gateway::start(config_.gateway, {.clock = clock_,
                                                            .keys = *keys_,
                                                            .limiter = *limiter_,
                                                            .journals = std::move(journals),
                                                            .sync_always = config_.journal.sync_always,
                                                            .key_usage = key_usage_from(*usage_)}));
  gateway_ = std::move(gateway);
  return {};
}

Result<void> Instance::start_admin_service() {
  WEIR_TRY_ASSIGN(service,
                  net::Service::start(
                      {.listen = config_.admin_listen, .handler_threads = kAdminThreads}, clock_,
                      [this](net::ServiceRequest request) { return admin_->handle(std::move(request)); }));
  service_ = std::move(service);
  WEIR_TRY(write_addresses(folder_.path(), admin_url(), gateway_url()));
  ready_ = true;  // last: who sees it finds everything in place
  return {};
}

void Instance::tick() {
  admin_->tick();
}

Result<void> Instance::reload(Config wanted) {
  WEIR_TRY(check_servable(wanted));
  if (const auto fixed = restart_differences(config_, wanted); !fixed.empty()) {
    return fail(ErrorCode::kInvalid, fmt::format("only a restart can change {}", joined(fixed, ", ")));
  }
  WEIR_TRY_ASSIGN(endpoint_rules, make_endpoint_rules(wanted.usage));
  WEIR_TRY(gateway_->reconfigure(wanted.gateway));
  if (auto limits = admin_->set_configured_limits(wanted.limits); !limits) {
    WEIR_TRY(gateway_->reconfigure(config_.gateway));  // the old one was good before
    return limits;
  }
  pipeline_->set_endpoint_rules(std::move(endpoint_rules));
  Actor signal;
  signal.name = "SIGHUP";
  signal.via = Via::kSignal;
  admin_->audit().note(
      signal, audit_update("configuration", "", config_to_json(config_), config_to_json(wanted), "reload"));
  WEIR_TRY(admin_->set_configured_alerts(wanted.alerts, wanted.notify));
  WEIR_TRY(alerts_->set_configured(wanted.alerts));
  usage_keeper_->set_retention(wanted.usage.rollup_retention, wanted.usage.call_retention);
  costs_.set(wanted.gateway);
  config_ = std::move(wanted);
  return {};
}

void Instance::stop() {
  stopped_ = true;
  ready_ = false;
  remove_addresses(folder_.path());
  gateway_->drain();
  keeper_->stop();  // first: the pipeline stores what the disk has
  pipeline_runner_->stop(kStorePatience);
  alert_desk_.close();
  usage_keeper_->stop();
  digest_runner_->stop();
  if (service_) service_->stop();
  notify_runner_->stop();  // last: what the pipeline committed may still go out
}

std::string Instance::metrics_text() {
  MetricsInput input;
  if (gateway_) input.gateway = gateway_->stats();
  for (const auto& journal : journals_) input.journals.push_back(journal->stats());
  input.pipeline = pipeline_->stats();
  input.deliveries = notifier_->counts();
  input.window_names = windows_.names();
  input.firing = alerts_->firing();
  return render_metrics(input);
}

std::vector<Journal*> Instance::all_journals() const {
  std::vector<Journal*> journals;
  for (const auto& journal : journals_) journals.push_back(journal.get());
  return journals;
}

std::string Instance::gateway_url() const {
  return local_url(gateway_->address(), config_.gateway.tls.has_value());
}
std::string Instance::admin_url() const {
  return local_url(service_->address());
}

}  // namespace weir
