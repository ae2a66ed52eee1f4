#include "store/call_day_writer.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/breath.h"
#include "store/call_day_reader.h"

namespace weir {
namespace {

constexpr std::size_t kPiece = 256;  // calls between breaths: some 50 µs

/// The record a stored call was made of; its views point into the row.
UsageRecord record_of(const CallRow& row) {
  UsageRecord record;
  record.at = row.at;
  record.key = row.key;
  record.user = row.user;
  record.method = parse_method(row.method);
  if (record.method == Method::kOther) record.method_text = row.method;
  record.outcome = row.outcome;
  record.status = row.status;
  record.shadow_limited = row.shadow_limited;
  record.response_time = row.response_time;
  record.upstream_time = row.upstream_time;
  record.bytes_in = row.bytes_in;
  record.bytes_out = row.bytes_out;
  record.source = row.source;
  record.path = row.path;
  if (const auto uuid = Uuid::parse(row.request_id))
    record.request_id = *uuid;
  else
    record.request_id_text = row.request_id;
  return record;
}

}  // namespace

Result<std::unique_ptr<CallDayWriter>> CallDayWriter::open(const std::filesystem::path& path, CallDay day) {
  WEIR_TRY_ASSIGN(connection, open_sqlite_file(path, kCallDaySchema));
  std::unique_ptr<CallDayWriter> writer(new CallDayWriter(std::move(connection), day));
  WEIR_TRY(writer->prepare());
  WEIR_TRY(writer->load());
  return writer;
}

Result<void> CallDayWriter::prepare() {
  WEIR_TRY_ASSIGN(insert_block,
                  connection_.prepare("INSERT INTO blocks VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"));
  WEIR_TRY_ASSIGN(insert_column, connection_.prepare("INSERT INTO block_columns VALUES(?1, ?2)"));
  WEIR_TRY_ASSIGN(delete_small, connection_.prepare("DELETE FROM blocks WHERE first_row >= ?1"));
  WEIR_TRY_ASSIGN(put_position,
                  connection_.prepare("INSERT INTO journal_positions VALUES(?1, ?2) "
                                      "ON CONFLICT(journal) DO UPDATE SET position = excluded.position"));
  insert_block_ = std::move(insert_block);
  insert_column_ = std::move(insert_column);
  delete_small_ = std::move(delete_small);
  put_position_ = std::move(put_position);
  return {};
}

Result<void> CallDayWriter::load() {
  WEIR_TRY_ASSIGN(positions, connection_.prepare("SELECT journal, position FROM journal_positions"));
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, positions.step());
    if (!has_row) break;
    positions_[static_cast<JournalIndex>(positions.column_int(0))] = {
        static_cast<std::uint64_t>(positions.column_int(1))};
  }
  WEIR_TRY_ASSIGN(
      last, connection_.query_int("SELECT coalesce(max(first_row + rows), 1) FROM "
                                  "(SELECT first_row, rows FROM blocks ORDER BY first_row DESC LIMIT 1)"));
  WEIR_TRY_ASSIGN(rows, read_small_blocks(connection_));
  for (const CallRow& row : rows) {
    const UsageRecord record = record_of(row);
    tail_.push({.journal = 0,
                .next = {},
                .record = &record,
                .refused_window = row.refused_window,
                .endpoint = row.endpoint});
  }
  tail_.set_stored();
  const auto next_row = static_cast<std::uint64_t>(last);
  tail_row_ = rows.empty() ? next_row : rows.front().id;
  if (tail_row_ + rows.size() == next_row) return {};
  return fail(ErrorCode::kCorrupt,
              fmt::format("the call log of {}: its small blocks are not its last", day_.file_name()));
}

Result<void> CallDayWriter::add(std::span<const CallEntry> entries) {
  JournalIndex journal = 0;
  JournalPosition* held = nullptr;
  std::size_t looked_at = 0;
  for (const CallEntry& entry : entries) {
    if (held == nullptr || entry.journal != journal) {
      journal = entry.journal;
      held = &positions_[journal];
    }
    if (++looked_at % kPiece == 0) breathe();
    if (entry.next <= *held) continue;
    if (tail_.is_full()) WEIR_TRY(seal());
    if (tail_row_ + tail_.size() >= kCallRowMax) {
      return fail(ErrorCode::kFull, fmt::format("the call log of {} has no ids left", day_.file_name()));
    }
    tail_.push(entry);
    *held = entry.next;
  }
  return tail_.is_full() ? seal() : Result<void>{};
}

/// The whole tail becomes a block; small blocks that held a part of it go.
Result<void> CallDayWriter::seal() {
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection_, SqliteAccess::kReadWrite));
  if (tail_.stored() > 0) {
    delete_small_.bind(1, static_cast<std::int64_t>(tail_row_));
    WEIR_TRY(delete_small_.run());
    breathe();
  }
  tail_.view(0, viewed_);
  WEIR_TRY(write_sealed(viewed_, tail_row_));
  WEIR_TRY(write_positions());
  WEIR_TRY(transaction.commit());
  unsynced_ = true;
  tail_row_ += tail_.size();
  tail_.clear();
  return {};
}

Result<void> CallDayWriter::flush() {
  if (tail_.stored() == tail_.size()) return {};
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection_, SqliteAccess::kReadWrite));
  tail_.view(tail_.stored(), viewed_);
  WEIR_TRY(write_small(viewed_, tail_row_ + tail_.stored()));
  WEIR_TRY(write_positions());
  WEIR_TRY(transaction.commit());
  unsynced_ = true;
  tail_.set_stored();
  return {};
}

Result<void> CallDayWriter::write_sealed(std::span<const CallInput> calls, std::uint64_t first_row) {
  breathe();
  const CallZone zone = encoder_.encode(calls, columns_);
  breathe();
  WEIR_TRY(write_head(zone, first_row, nullptr));
  breathe();
  for (std::size_t column = 0; column < kCallColumns; ++column) {
    if (columns_[column].empty()) continue;
    insert_column_.bind(1, block_column_id(static_cast<std::int64_t>(first_row), column));
    insert_column_.bind_blob(2, columns_[column]);
    WEIR_TRY(insert_column_.run());
    breathe();
  }
  return {};
}

Result<void> CallDayWriter::write_small(std::span<const CallInput> calls, std::uint64_t first_row) {
  const CallZone zone = encoder_.encode(calls, columns_);
  breathe();
  const std::string packed = pack_columns(columns_);
  return write_head(zone, first_row, &packed);
}

Result<void> CallDayWriter::write_head(const CallZone& zone, std::uint64_t first_row,
                                       const std::string* packed) {
  insert_block_.bind(1, static_cast<std::int64_t>(first_row));
  insert_block_.bind(2, static_cast<std::int64_t>(zone.rows));
  insert_block_.bind(3, zone.min_at.time_since_epoch().count());
  insert_block_.bind(4, zone.max_at.time_since_epoch().count());
  insert_block_.bind(5, zone.min_key.value());
  insert_block_.bind(6, zone.max_key.value());
  insert_block_.bind(7, zone.min_status);
  insert_block_.bind(8, zone.max_status);
  if (packed != nullptr)
    insert_block_.bind_blob(9, *packed);
  else
    insert_block_.bind_null(9);
  return insert_block_.run();
}

Result<void> CallDayWriter::write_positions() {
  for (const auto& [journal, position] : positions_) {
    put_position_.bind(1, journal);
    put_position_.bind(2, static_cast<std::int64_t>(position.bytes));
    WEIR_TRY(put_position_.run());
  }
  return {};
}

Result<void> CallDayWriter::sync() {
  if (!unsynced_) return {};
  WEIR_TRY(connection_.sync());
  unsynced_ = false;
  return {};
}

}  // namespace weir
