#include "store/call_day_reader.h"

#include <algorithm>
#include <limits>
#include <system_error>

#include <fmt/format.h>

namespace weir {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

/// Columns of a sealed block, each fetched when asked for.
class StoredColumns final : public CallColumnSource {
 public:
  StoredColumns(SqliteStatement& statement, std::int64_t first_row)
      : statement_(statement), first_row_(first_row) {}
  ~StoredColumns() override { statement_.reset(); }

  Result<std::string_view> column(CallColumn column) override {
    statement_.reset();
    statement_.bind(1, block_column_id(first_row_, static_cast<std::size_t>(column)));
    WEIR_TRY_ASSIGN(has_row, statement_.step());
    if (!has_row) return std::string_view();
    return open_column(statement_.column_blob(0));
  }

 private:
  SqliteStatement& statement_;
  std::int64_t first_row_;
};

/// Columns of a small block, from the bytes of its row.
class PackedColumns final : public CallColumnSource {
 public:
  explicit PackedColumns(const std::array<std::string_view, kCallColumns>& columns) : columns_(columns) {}
  Result<std::string_view> column(CallColumn column) override {
    return open_column(columns_[static_cast<std::size_t>(column)]);
  }

 private:
  std::array<std::string_view, kCallColumns> columns_;
};

Result<void> scan_packed(std::uint64_t first_id, std::size_t rows, std::string_view packed,
                         CallBlockScanner& scanner, std::vector<CallRow>& out) {
  WEIR_TRY_ASSIGN(columns, unpack_columns(packed));
  PackedColumns source(columns);
  return scanner.scan(first_id, rows, source, out);
}

}  // namespace

Result<std::unique_ptr<CallDayReader>> CallDayReader::open(const std::filesystem::path& path, CallDay day) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no '{}'", path.string()));
  }
  WEIR_TRY_ASSIGN(connection, SqliteConnection::open(path, SqliteAccess::kReadOnly));
  WEIR_TRY_ASSIGN(version, connection.query_int("PRAGMA user_version"));
  if (version == 0) return fail(ErrorCode::kNotFound, fmt::format("'{}' has no tables yet", path.string()));
  if (version > static_cast<std::int64_t>(kCallDaySchema.migrations.size())) {
    return fail(ErrorCode::kConflict,
                fmt::format("'{}' has schema version {}, this weir knows up to {}: a newer weir wrote it",
                            path.string(), version, kCallDaySchema.migrations.size()));
  }
  std::unique_ptr<CallDayReader> reader(new CallDayReader(std::move(connection), day));
  WEIR_TRY_ASSIGN(blocks,
                  reader->connection_.prepare(
                      "SELECT first_row, rows, packed FROM blocks WHERE first_row < ?1 AND max_at >= ?2 AND "
                      "min_at < ?3 AND min_key <= ?4 AND max_key >= ?5 AND min_status <= ?6 AND "
                      "max_status >= ?7 ORDER BY first_row DESC"));
  WEIR_TRY_ASSIGN(column, reader->connection_.prepare("SELECT data FROM block_columns WHERE id = ?1"));
  reader->blocks_ = std::move(blocks);
  reader->column_ = std::move(column);
  return reader;
}

Result<void> CallDayReader::query(const CallFilter& filter, CallBlockScanner& scanner,
                                  std::vector<CallRow>& out) {
  std::int64_t before = kMax;
  if (filter.before_id != 0) {
    if (call_day_of_id(filter.before_id) < day_) return {};
    if (call_day_of_id(filter.before_id) == day_)
      before = static_cast<std::int64_t>(call_row(filter.before_id));
  }
  const auto micros = [](const std::optional<UtcTime>& time, std::int64_t otherwise) {
    return time ? static_cast<std::int64_t>(time->time_since_epoch().count()) : otherwise;
  };
  blocks_.bind(1, before);
  blocks_.bind(2, micros(filter.from, kMin));
  blocks_.bind(3, micros(filter.to, kMax));
  blocks_.bind(4, filter.key ? static_cast<std::int64_t>(filter.key->value()) : kMax);
  blocks_.bind(5, filter.key ? static_cast<std::int64_t>(filter.key->value()) : 0);
  blocks_.bind(6, filter.status_max ? *filter.status_max : kMax);
  blocks_.bind(7, filter.status_min ? *filter.status_min : 0);
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection_, SqliteAccess::kReadOnly));
  return scan_blocks(scanner, filter.limit, out);
}

Result<std::vector<CallBlockPlace>> CallDayReader::places(UtcTime from, UtcTime to) {
  WEIR_TRY_ASSIGN(blocks, connection_.prepare("SELECT first_row, rows, min_at, packed FROM blocks "
                                              "WHERE max_at >= ?1 AND min_at < ?2 ORDER BY min_at"));
  blocks.bind(1, from.time_since_epoch().count());
  blocks.bind(2, to.time_since_epoch().count());
  std::vector<CallBlockPlace> places;
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, blocks.step());
    if (!has_row) return places;
    CallBlockPlace& place = places.emplace_back();
    place.first_row = blocks.column_int(0);
    place.rows = static_cast<std::size_t>(blocks.column_int(1));
    place.min_at = UtcTime(Micros(blocks.column_int(2)));
    if (!blocks.is_null(3)) place.packed = blocks.column_blob(3);
  }
}

Result<void> CallDayReader::read(const CallBlockPlace& place, CallBatchReader& reader, CallBatch& batch) {
  if (place.packed.empty()) {
    StoredColumns source(column_, place.first_row);
    return reader.read(place.rows, source, batch);
  }
  WEIR_TRY_ASSIGN(columns, unpack_columns(place.packed));
  PackedColumns source(columns);
  return reader.read(place.rows, source, batch);
}

Result<void> CallDayReader::scan_blocks(CallBlockScanner& scanner, std::size_t limit,
                                        std::vector<CallRow>& out) {
  const SqliteReset reset(blocks_);
  while (out.size() < limit) {
    WEIR_TRY_ASSIGN(has_row, blocks_.step());
    if (!has_row) return {};
    const std::int64_t first_row = blocks_.column_int(0);
    const auto rows = static_cast<std::size_t>(blocks_.column_int(1));
    const std::uint64_t first_id = call_id(day_, static_cast<std::uint64_t>(first_row));
    if (blocks_.is_null(2)) {
      StoredColumns source(column_, first_row);
      WEIR_TRY(scanner.scan(first_id, rows, source, out));
    } else {
      WEIR_TRY(scan_packed(first_id, rows, blocks_.column_blob(2), scanner, out));
    }
  }
  return {};
}

Result<std::vector<CallRow>> read_small_blocks(SqliteConnection& connection) {
  WEIR_TRY_ASSIGN(blocks,
                  connection.prepare("SELECT first_row, rows, packed FROM blocks WHERE packed IS NOT NULL "
                                     "ORDER BY first_row DESC"));
  CallFilter everything;
  everything.limit = std::numeric_limits<std::size_t>::max();
  CallBlockScanner scanner(everything);
  std::vector<CallRow> rows;
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, blocks.step());
    if (!has_row) break;
    WEIR_TRY(scan_packed(static_cast<std::uint64_t>(blocks.column_int(0)),
                         static_cast<std::size_t>(blocks.column_int(1)), blocks.column_blob(2), scanner,
                         rows));
  }
  std::reverse(rows.begin(), rows.end());
  return rows;
}

}  // namespace weir
