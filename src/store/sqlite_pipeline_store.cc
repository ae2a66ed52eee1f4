#include "store/sqlite_pipeline_store.h"

#include "base/breath.h"
#include "store/noun_schema.h"
#include "store/sqlite_alert_commit.h"

namespace weir {

Result<std::unique_ptr<SqlitePipelineStore>> SqlitePipelineStore::open(const std::filesystem::path& path) {
  WEIR_TRY_ASSIGN(connection, SqliteConnection::open(path, SqliteAccess::kReadWrite));
  WEIR_TRY(connection.execute(kNounSettings));
  std::unique_ptr<SqlitePipelineStore> store(new SqlitePipelineStore(std::move(connection)));
  WEIR_TRY_ASSIGN(add_usage, store->connection_.prepare("UPDATE key_usage SET calls = calls + ?2, "
                                                        "last_used = max(last_used, ?3) WHERE key_id = ?1"));
  // A key's first call; none for a key that is gone.
  WEIR_TRY_ASSIGN(first_usage,
                  store->connection_.prepare("INSERT INTO key_usage SELECT id, ?2, ?3 FROM api_keys "
                                             "WHERE id = ?1"));
  WEIR_TRY_ASSIGN(put_position, store->connection_.prepare("INSERT INTO journal_positions VALUES(?1, ?2) "
                                                           "ON CONFLICT(journal) DO UPDATE SET "
                                                           "position = excluded.position"));
  store->add_usage_ = std::move(add_usage);
  store->first_usage_ = std::move(first_usage);
  store->put_position_ = std::move(put_position);
  WEIR_TRY_ASSIGN(settle_endpoints, store->connection_.prepare("UPDATE endpoints SET is_settled = 1 "
                                                               "WHERE is_settled = 0 AND id <= ?1"));
  store->settle_endpoints_ = std::move(settle_endpoints);
  // No row of a gateway's journal.
  WEIR_TRY_ASSIGN(settle_import, store->connection_.prepare("UPDATE import_endpoints SET settled = ?2 "
                                                            "WHERE journal = ?1"));
  store->settle_import_ = std::move(settle_import);
  WEIR_TRY_ASSIGN(rollups, SqliteRollupWriter::prepare(store->connection_));
  store->rollups_ = std::move(rollups);
  return store;
}

Result<JournalPositions> SqlitePipelineStore::positions() {
  WEIR_TRY_ASSIGN(select, connection_.prepare("SELECT journal, position FROM journal_positions"));
  JournalPositions positions;
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, select.step());
    if (!has_row) return positions;
    positions[static_cast<JournalIndex>(select.column_int(0))] = {
        static_cast<std::uint64_t>(select.column_int(1))};
  }
}

Result<void> SqlitePipelineStore::add(const KeyUsageDelta& delta) {
  for (SqliteStatement* statement : {&add_usage_, &first_usage_}) {
    statement->bind(1, delta.key.value());
    statement->bind(2, static_cast<std::int64_t>(delta.calls));
    statement->bind(3, delta.last_used.time_since_epoch().count());
    WEIR_TRY(statement->run());
    if (connection_.changes() > 0) return {};
  }
  return {};
}

Result<void> SqlitePipelineStore::put_positions(const PipelineCommit& commit) {
  for (const auto& [journal, position] : commit.positions) {
    put_position_.bind(1, journal);
    put_position_.bind(2, static_cast<std::int64_t>(position.bytes));
    WEIR_TRY(put_position_.run());
    settle_import_.bind(1, journal);
    settle_import_.bind(2, commit.settled_endpoint.value());
    WEIR_TRY(settle_import_.run());
  }
  return {};
}

Result<void> SqlitePipelineStore::commit(const PipelineCommit& commit) {
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection_, SqliteAccess::kReadWrite));
  for (const KeyUsageDelta& delta : commit.key_usage) WEIR_TRY(add(delta));
  const std::int64_t written_at = std::chrono::floor<Seconds>(commit.now.time_since_epoch()).count();
  for (const RollupDelta& delta : commit.rollups) WEIR_TRY(rollups_.insert(delta, written_at));
  breathe();
  WEIR_TRY(put_positions(commit));
  settle_endpoints_.bind(1, commit.settled_endpoint.value());
  WEIR_TRY(settle_endpoints_.run());
  if (commit.alerts != nullptr) WEIR_TRY(commit_alerts(connection_, *commit.alerts));
  return transaction.commit();
}

Result<StoredEndpoints> SqlitePipelineStore::endpoints() {
  WEIR_TRY_ASSIGN(select,
                  connection_.prepare("SELECT id, name, is_detected, is_settled FROM endpoints ORDER BY id"));
  StoredEndpoints stored;
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, select.step());
    if (!has_row) return stored;
    const EndpointId id(static_cast<EndpointId::Value>(select.column_int(0)));
    if (id.value() != stored.rows.size() + 1) {
      return fail(ErrorCode::kCorrupt, "weir.db: the ids of its endpoints have gaps");
    }
    stored.rows.push_back(
        {.id = id, .name = std::string(select.column_text(1)), .detected = select.column_int(2) != 0});
    if (select.column_int(3) != 0) stored.settled = id;
  }
}

Result<EndpointId> SqlitePipelineStore::import_settled(JournalIndex journal) {
  WEIR_TRY_ASSIGN(begin,
                  connection_.prepare("INSERT INTO import_endpoints SELECT ?1, coalesce(max(id), 0) FROM "
                                      "endpoints WHERE is_settled = 1 ON CONFLICT(journal) DO NOTHING"));
  begin.bind(1, journal);
  WEIR_TRY(begin.run());
  WEIR_TRY_ASSIGN(select, connection_.prepare("SELECT settled FROM import_endpoints WHERE journal = ?1"));
  select.bind(1, journal);
  WEIR_TRY_ASSIGN(has_row, select.step());
  if (!has_row)
    return fail(ErrorCode::kInternal, "weir.db: an import's endpoints were stored and are not there");
  return EndpointId(static_cast<EndpointId::Value>(select.column_int(0)));
}

Result<void> SqlitePipelineStore::add_endpoints(std::span<const EndpointRow> rows) {
  WEIR_TRY_ASSIGN(insert, connection_.prepare("INSERT INTO endpoints VALUES(?1, ?2, ?3, 0) "
                                              "ON CONFLICT(id) DO NOTHING"));
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection_, SqliteAccess::kReadWrite));
  for (const EndpointRow& row : rows) {
    insert.bind(1, row.id.value());
    insert.bind_text(2, row.name);
    insert.bind(3, row.detected ? 1 : 0);
    WEIR_TRY(insert.run());
  }
  return transaction.commit();
}

}  // namespace weir
