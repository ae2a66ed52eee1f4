// Opens the store a data folder holds, and hands out its parts.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "base/result.h"
#include "store/alert_store.h"
#include "store/audit_store.h"
#include "store/call_log.h"
#include "store/import_store.h"
#include "store/key_store.h"
#include "store/outbox_store.h"
#include "store/pipeline_store.h"
#include "store/rollup_store.h"
#include "store/settings_store.h"
#include "store/token_store.h"
#include "store/user_store.h"

namespace weir {

/// Owns the backends; parts live as long as it does.
class Store {
 public:
  virtual ~Store() = default;
  [[nodiscard]] virtual KeyStore& keys() = 0;
  [[nodiscard]] virtual UserStore& users() = 0;
  [[nodiscard]] virtual SettingsStore& settings() = 0;
  [[nodiscard]] virtual TokenStore& tokens() = 0;
  [[nodiscard]] virtual AuditStore& audit() = 0;
  [[nodiscard]] virtual ImportStore& imports() = 0;
  [[nodiscard]] virtual CallLog& calls() = 0;
  [[nodiscard]] virtual PipelineStore& pipeline() = 0;
  [[nodiscard]] virtual RollupStore& rollups() = 0;
  [[nodiscard]] virtual OutboxStore& outbox() = 0;
  [[nodiscard]] virtual AlertStore& alerts() = 0;

  /// Runs `work` as one transaction: what it writes to keys(), users(), settings(), tokens() and audit() on
  /// this thread is kept together, on the disk when this returns, or not at all when `work` or the commit
  /// fails. Other threads' calls to those wait meanwhile; pipeline() must not be called in it.
  [[nodiscard]] virtual Result<void> atomically(const std::function<Result<void>()>& work) = 0;
};

/// The embedded store: SQLite files in `data_dir` (weir.db, usage/YYYY-MM-DD.db), made when missing. Migrates
/// older schemas. kConflict when a newer weir wrote it (names both versions); kIo names the path and what to
/// do.
[[nodiscard]] Result<std::unique_ptr<Store>> open_sqlite_store(const std::filesystem::path& data_dir);

}  // namespace weir
