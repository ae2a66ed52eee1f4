// The embedded store: weir.db and the day files under one data folder.
#include "store/noun_schema.h"
#include "store/sql_audit_store.h"
#include "store/sql_import_store.h"
#include "store/sql_key_store.h"
#include "store/sql_settings_store.h"
#include "store/sql_token_store.h"
#include "store/sql_user_store.h"
#include "store/sqlite_alert_store.h"
#include "store/sqlite_call_log.h"
#include "store/sqlite_file.h"
#include "store/sqlite_key_scan.h"
#include "store/sqlite_noun_session.h"
#include "store/sqlite_outbox_store.h"
#include "store/sqlite_pipeline_store.h"
#include "store/sqlite_rollup_store.h"
#include "store/store.h"

namespace weir {
namespace {

class SqliteStore final : public Store {
 public:
  SqliteStore(std::filesystem::path database, std::filesystem::path usage,
              std::unique_ptr<NounSession> session, std::unique_ptr<SqlitePipelineStore> pipeline,
              std::unique_ptr<SqliteOutboxStore> outbox, std::unique_ptr<SqliteRollupStore> rollups,
              std::unique_ptr<SqliteAlertStore> alerts)
      : session_(std::move(session)),
        keys_(*session_, [database](const auto& visit) { return scan_sqlite_keys(database, visit); }),
        users_(*session_),
        settings_(*session_),
        tokens_(*session_),
        audit_(*session_),
        imports_(*session_),
        calls_(std::move(usage)),
        pipeline_(std::move(pipeline)),
        outbox_(std::move(outbox)),
        rollups_(std::move(rollups)),
        alerts_(std::move(alerts)) {}

  KeyStore& keys() override { return keys_; }
  UserStore& users() override { return users_; }
  SettingsStore& settings() override { return settings_; }
  TokenStore& tokens() override { return tokens_; }
  AuditStore& audit() override { return audit_; }
  ImportStore& imports() override { return imports_; }
  CallLog& calls() override { return calls_; }
  PipelineStore& pipeline() override { return *pipeline_; }
  OutboxStore& outbox() override { return *outbox_; }
  RollupStore& rollups() override { return *rollups_; }
  AlertStore& alerts() override { return *alerts_; }

  Result<void> atomically(const std::function<Result<void>()>& work) override {
    return session_->write([&](soci::session&) { return work(); });
  }

 private:
  std::unique_ptr<NounSession> session_;
  SqlKeyStore keys_;
  SqlUserStore users_;
  SqlSettingsStore settings_;
  SqlTokenStore tokens_;
  SqlAuditStore audit_;
  SqlImportStore imports_;
  SqliteCallLog calls_;
  std::unique_ptr<SqlitePipelineStore> pipeline_;
  std::unique_ptr<SqliteOutboxStore> outbox_;
  std::unique_ptr<SqliteRollupStore> rollups_;
  std::unique_ptr<SqliteAlertStore> alerts_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const std::filesystem::path& data_dir) {
  const auto database = data_dir / kNounFileName;
  const auto usage = data_dir / "usage";
  WEIR_TRY(make_private_folder(data_dir));
  WEIR_TRY(make_private_folder(usage));
  {
    // Migrated and closed: from here on each role opens a file that is as it should be.
    WEIR_TRY_ASSIGN(migrated, open_sqlite_file(database, kNounSchema));
  }
  WEIR_TRY_ASSIGN(session, open_sqlite_noun_session(database));
  WEIR_TRY_ASSIGN(pipeline, SqlitePipelineStore::open(database));
  WEIR_TRY_ASSIGN(outbox, SqliteOutboxStore::open(database));
  WEIR_TRY_ASSIGN(rollups, SqliteRollupStore::open(database));
  WEIR_TRY_ASSIGN(alerts, SqliteAlertStore::open(database));
  return std::make_unique<SqliteStore>(database, usage, std::move(session), std::move(pipeline),
                                       std::move(outbox), std::move(rollups), std::move(alerts));
}

}  // namespace weir
