// One running weir: builds its parts in order, owns them, and stops them in the opposite one.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "admin/admin.h"
#include "app/alert_sources.h"
#include "app/config.h"
#include "app/current_costs.h"
#include "app/data_folder.h"
#include "app/digest_runner.h"
#include "app/journal_keeper.h"
#include "app/notify_runner.h"
#include "app/pipeline_runner.h"
#include "app/usage_keeper.h"
#include "base/clock.h"
#include "gateway/gateway.h"
#include "journal/journal.h"
#include "keys/key_directory.h"
#include "keys/key_table.h"
#include "limits/limiter.h"
#include "net/service.h"
#include "pipeline/alert_desk.h"
#include "pipeline/alert_stage.h"
#include "pipeline/pipeline.h"
#include "store/store.h"
#include "usage/endpoint_table.h"

namespace weir {

/// All calls from the main thread.
class Instance {
 public:
  /// Locks the data folder, loads everything, and serves when it returns. The error is a sentence for the
  /// person at the terminal.
  [[nodiscard]] static Result<std::unique_ptr<Instance>> start(Config config, const Clock& clock);
  ~Instance();

  /// Housekeeping, once a second or so.
  void tick();

  /// Puts a new configuration in force, or leaves the old one whole. kInvalid names what is wrong, or what
  /// only a restart can change.
  [[nodiscard]] Result<void> reload(Config wanted);

  /// Stops accepting, lets requests in flight end (drain_timeout), stores every call, syncs. Blocks.
  void stop();

  [[nodiscard]] std::string gateway_url() const;
  [[nodiscard]] std::string admin_url() const;
  [[nodiscard]] const Config& config() const { return config_; }

 private:
  Instance(Config config, const Clock& clock, DataFolder folder);

  [[nodiscard]] Result<void> build();
  [[nodiscard]] Result<void> open_journals();
  [[nodiscard]] Result<void> start_pipeline();
  [[nodiscard]] Result<void> start_admin_parts();
  [[nodiscard]] Result<void> start_gateway();
  [[nodiscard]] Result<void> start_admin_service();
  [[nodiscard]] std::string metrics_text();
  [[nodiscard]] std::vector<Journal*> all_journals() const;
  [[nodiscard]] AlertSources alert_sources() const;

  Config config_;
  const Clock& clock_;
  DataFolder folder_;
  std::atomic<bool> ready_{false};  // /readyz answers 200
  bool stopped_ = false;
  CurrentWindows windows_;
  CurrentCosts costs_;

  // In order of construction; each may use those above it.
  std::unique_ptr<Store> store_;
  std::string pepper_;
  std::unique_ptr<KeyTable> keys_;
  KeyDirectory key_directory_;
  std::unique_ptr<Limiter> limiter_;
  std::unique_ptr<Notifier> notifier_;
  std::vector<std::unique_ptr<Journal>>
      journals_;  // the data plane's first, then older ones still to be drained
  std::unique_ptr<LiveTotals> live_;
  std::unique_ptr<EndpointTable> endpoints_;
  std::unique_ptr<UsageQueries> usage_;
  std::unique_ptr<ImportQueue> imports_;
  AlertDesk alert_desk_;
  std::unique_ptr<AlertStage> alerts_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<Admin> admin_;
  std::unique_ptr<JournalKeeper> keeper_;
  std::unique_ptr<PipelineRunner> pipeline_runner_;
  std::unique_ptr<NotifyRunner> notify_runner_;
  std::unique_ptr<DigestRunner> digest_runner_;
  std::unique_ptr<UsageKeeper> usage_keeper_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<net::Service> service_;
};

}  // namespace weir
