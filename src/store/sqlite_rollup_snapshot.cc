#include "store/sqlite_rollup_snapshot.h"

#include <utility>

#include "store/rollup_directory.h"
#include "store/sqlite_rollup_writer.h"

namespace weir {
namespace {

/// Parts so far apart (SqliteOrderedBlobs): in tables that have all, and in those that have the parts of cuts
/// that are ranked, which may have many of the others' between them.
constexpr std::int64_t kNearInAll = 4;
constexpr std::int64_t kNearInRanked = 64;

}  // namespace

Result<std::unique_ptr<SqliteRollupReader>> SqliteRollupReader::open(const std::filesystem::path& path) {
  WEIR_TRY_ASSIGN(connection, SqliteConnection::open(path, SqliteAccess::kReadOnly));
  WEIR_TRY(connection.execute("PRAGMA cache_size = -16384"));
  std::unique_ptr<SqliteRollupReader> reader(new SqliteRollupReader(std::move(connection)));
  const auto prepare = [&reader](SqliteStatement& statement, std::string_view sql) -> Result<void> {
    WEIR_TRY_ASSIGN(prepared, reader->connection.prepare(sql));
    statement = std::move(prepared);
    return {};
  };
  WEIR_TRY(prepare(reader->blocks,
                   "SELECT id, tier, period, state, rows, written_at, directory FROM rollup_blocks "
                   "WHERE tier = ?1 AND period >= ?2 AND period < ?3 AND state IN (1, 2) ORDER BY period"));
  // The state in words, so that the index of open blocks serves.
  WEIR_TRY(
      prepare(reader->unfolded,
              "SELECT id, tier, period, state, rows, written_at, directory FROM rollup_blocks "
              "WHERE state = 1 AND tier = ?1 AND period >= ?2 AND period < ?3 ORDER BY period LIMIT ?4"));
  const auto prepare_blobs = [&reader](SqliteOrderedBlobs& blobs, std::int64_t near,
                                       std::string_view sql) -> Result<void> {
    WEIR_TRY_ASSIGN(prepared, reader->connection.prepare(sql));
    blobs = SqliteOrderedBlobs(std::move(prepared), near);
    return {};
  };
  WEIR_TRY(prepare_blobs(reader->columns[0], kNearInAll,
                         "SELECT id, counts FROM rollup_parts WHERE id >= ?1 ORDER BY id"));
  WEIR_TRY(prepare_blobs(reader->columns[1], kNearInRanked,
                         "SELECT part, bytes FROM rollup_times WHERE part >= ?1 ORDER BY part"));
  WEIR_TRY(prepare_blobs(reader->columns[2], kNearInRanked,
                         "SELECT part, bytes FROM rollup_rest WHERE part >= ?1 ORDER BY part"));
  WEIR_TRY(prepare_blobs(reader->runs[0], kNearInAll << kRollupRunBits,
                         "SELECT id, responses FROM rollup_runs WHERE id >= ?1 ORDER BY id"));
  WEIR_TRY(prepare_blobs(reader->runs[1], kNearInRanked << kRollupRunBits,
                         "SELECT id, bytes FROM rollup_upstreams WHERE id >= ?1 ORDER BY id"));
  WEIR_TRY(prepare_blobs(reader->joint_upstreams, kNearInAll << kRollupRunBits,
                         "SELECT id, upstreams FROM rollup_runs WHERE id >= ?1 ORDER BY id"));
  WEIR_TRY(prepare_blobs(reader->heads[0], kNearInRanked,
                         "SELECT part, bytes FROM rollup_heads WHERE part >= ?1 ORDER BY part"));
  WEIR_TRY(prepare_blobs(reader->heads[1], kNearInRanked,
                         "SELECT part, bytes FROM rollup_halves WHERE part >= ?1 ORDER BY part"));
  WEIR_TRY(prepare_blobs(reader->histograms[0], kNearInAll,
                         "SELECT part, responses FROM rollup_histograms WHERE part >= ?1 ORDER BY part"));
  WEIR_TRY(prepare_blobs(reader->histograms[1], kNearInAll,
                         "SELECT part, upstreams FROM rollup_histograms WHERE part >= ?1 ORDER BY part"));
  WEIR_TRY(prepare(reader->crowded,
                   "SELECT tier, period, state FROM rollup_blocks WHERE tier > 0 AND state IN (1, 2) "
                   "GROUP BY tier, period, state HAVING count(*) > ?1 LIMIT 1"));
  WEIR_TRY(prepare(reader->of_period,
                   "SELECT id, tier, period, state, rows, written_at, directory FROM rollup_blocks "
                   "WHERE tier = ?1 AND period = ?2 AND state = ?3"));
  WEIR_TRY(prepare(reader->horizons, "SELECT tier, minute FROM rollup_horizons"));
  return reader;
}

SqliteRollupSnapshot::SqliteRollupSnapshot(std::unique_ptr<SqliteRollupReader> reader, GiveBack give_back)
    : reader_(std::move(reader)), give_back_(std::move(give_back)) {}

Result<std::unique_ptr<RollupSnapshot>> SqliteRollupSnapshot::begin(
    std::unique_ptr<SqliteRollupReader> reader, GiveBack give_back) {
  WEIR_TRY(reader->connection.execute("BEGIN"));
  return std::unique_ptr<RollupSnapshot>(new SqliteRollupSnapshot(std::move(reader), std::move(give_back)));
}

SqliteRollupSnapshot::~SqliteRollupSnapshot() {
  for (SqliteOrderedBlobs& blobs : reader_->columns) blobs.reset();
  for (SqliteOrderedBlobs& blobs : reader_->heads) blobs.reset();
  for (SqliteOrderedBlobs& blobs : reader_->runs) blobs.reset();
  reader_->joint_upstreams.reset();
  for (SqliteOrderedBlobs& blobs : reader_->histograms) blobs.reset();
  if (reader_->connection.execute("COMMIT")) give_back_(std::move(reader_));
}

Result<void> SqliteRollupSnapshot::collect(SqliteStatement& statement, std::span<const RollupCut> cuts,
                                           std::vector<RollupBlock>& out) {
  const SqliteReset reset(statement);
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, statement.step());
    if (!has_row) return {};
    RollupBlock block;
    block.id = statement.column_int(0);
    block.tier = static_cast<RollupTier>(statement.column_int(1));
    block.period = statement.column_int(2);
    block.folded = statement.column_int(3) == static_cast<std::int64_t>(RollupState::kFolded);
    block.rows = static_cast<std::uint64_t>(statement.column_int(4));
    block.written_at = statement.column_int(5);
    WEIR_TRY_ASSIGN(parts, decode_directory(block.id, statement.column_blob(6), cuts));
    block.parts = std::move(parts);
    out.push_back(std::move(block));
  }
}

Result<void> SqliteRollupSnapshot::blocks(RollupTier tier, RollupMinute from, RollupMinute to,
                                          std::span<const RollupCut> cuts, std::vector<RollupBlock>& out) {
  reader_->blocks.bind(1, static_cast<std::int64_t>(tier));
  reader_->blocks.bind(2, from);
  reader_->blocks.bind(3, to);
  return collect(reader_->blocks, cuts, out);
}

Result<void> SqliteRollupSnapshot::unfolded(RollupTier tier, RollupMinute from, RollupMinute to,
                                            std::span<const RollupCut> cuts, std::size_t limit,
                                            std::vector<RollupBlock>& out) {
  reader_->unfolded.bind(1, static_cast<std::int64_t>(tier));
  reader_->unfolded.bind(2, from);
  reader_->unfolded.bind(3, to);
  reader_->unfolded.bind(4, static_cast<std::int64_t>(limit));
  return collect(reader_->unfolded, cuts, out);
}

Result<std::string_view> SqliteRollupSnapshot::columns(std::int64_t part, RollupColumns columns) {
  WEIR_TRY_ASSIGN(found, reader_->columns[static_cast<std::size_t>(columns)].at(part));
  if (!found) return fail(ErrorCode::kNotFound, "a part of a roll-up is gone");
  return *found;
}

Result<std::string_view> SqliteRollupSnapshot::histograms(const RollupPartRef& part, std::size_t run,
                                                          RollupTimes times) {
  const auto index = static_cast<std::size_t>(times);
  if (part.run_rows == 0) {
    WEIR_TRY_ASSIGN(found, reader_->histograms[index].at(part.id));
    return found.value_or(std::string_view());
  }
  const bool joint = times == RollupTimes::kUpstream && !part.times_apart;
  SqliteOrderedBlobs& blobs = joint ? reader_->joint_upstreams : reader_->runs[index];
  WEIR_TRY_ASSIGN(found, blobs.at(rollup_run_id(part.id, run)));
  return found.value_or(std::string_view());  // none of its rows needs one
}

Result<std::string_view> SqliteRollupSnapshot::heads(std::int64_t part, RollupHeads heads) {
  WEIR_TRY_ASSIGN(found, reader_->heads[static_cast<std::size_t>(heads)].at(part));
  if (!found) return fail(ErrorCode::kNotFound, "the heads of a part of a roll-up are gone");
  return *found;
}

Result<std::vector<RollupBlock>> SqliteRollupSnapshot::crowded(std::size_t count) {
  const SqliteReset reset(reader_->crowded);
  reader_->crowded.bind(1, static_cast<std::int64_t>(count));
  std::vector<RollupBlock> found;
  WEIR_TRY_ASSIGN(has_row, reader_->crowded.step());
  if (!has_row) return found;
  for (int column = 0; column < 3; ++column) {
    reader_->of_period.bind(column + 1, reader_->crowded.column_int(column));
  }
  WEIR_TRY(collect(reader_->of_period, {}, found));
  return found;
}

Result<RollupHorizons> SqliteRollupSnapshot::horizons() {
  const SqliteReset reset(reader_->horizons);
  RollupHorizons horizons{};
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, reader_->horizons.step());
    if (!has_row) return horizons;
    const auto tier = static_cast<std::size_t>(reader_->horizons.column_int(0));
    if (tier < horizons.size()) horizons[tier] = reader_->horizons.column_int(1);
  }
}

}  // namespace weir
