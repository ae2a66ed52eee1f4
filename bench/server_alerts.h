// The alert stage with everything the server connects it to, at a time of the benchmark's own.
#pragma once

#include <filesystem>
#include <memory>

#include "app/alert_sources.h"
#include "must.h"
#include "pipeline/alert_stage.h"
#include "usage/endpoint_table.h"

namespace weir::bench {

class ServerAlerts {
 public:
  /// Knows `keys` keys without plans. `folder` is for the counters of their limits, which stay empty.
  ServerAlerts(Clock& clock, Store& store, Journal& journal, EndpointTable& endpoints, std::uint32_t keys,
               const std::filesystem::path& folder)
      : limiter_(must(Limiter::open(folder / "limits.counters", limits_, clock.utc(), clock.instant()))) {
    must(limiter_->reserve(KeyId(keys)));
    const QuotaId quota = limiter_->quota_id({}, {});
    for (std::uint32_t id = 1; id <= keys; ++id) {
      ApiKey key;
      key.id = KeyId(id);
      directory_.put(key, quota, true);
    }
    AlertStageParts parts{.store = store.alerts(),
                          .desk = desk_,
                          .environment = "bench",
                          .settings = {},
                          .parse_settings = {},
                          .directory = {},
                          .names = {},
                          .limit_use = {},
                          .expiring = {},
                          .dropped = {},
                          .channels = {},
                          .changed = {},
                          .outbox_filled = {}};
    connect(parts, {.clock = clock,
                    .store = store,
                    .keys = directory_,
                    .limiter = *limiter_,
                    .windows = windows_,
                    .journals = {&journal},
                    .endpoints = [&endpoints] { return endpoints.names(); }});
    stage_ = must(AlertStage::create(std::move(parts)));
  }
  ServerAlerts(const ServerAlerts&) = delete;
  ServerAlerts& operator=(const ServerAlerts&) = delete;

  [[nodiscard]] AlertStage& stage() { return *stage_; }
  [[nodiscard]] std::uint32_t firing() const {
    std::uint32_t firing = 0;
    for (const auto& [warning, critical] : stage_->firing()) firing += warning + critical;
    return firing;
  }

 private:
  LimitSettings limits_;
  CurrentWindows windows_{limits_.windows};
  std::unique_ptr<Limiter> limiter_;
  KeyDirectory directory_;
  AlertDesk desk_;
  std::unique_ptr<AlertStage> stage_;
};

}  // namespace weir::bench
