#include "store/sqlite_rollup_store.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace weir {
namespace {

/// The log of this connection needs no sync of its own: what a power cut takes of it is made again from
/// blocks that the pipeline's commits brought to the disk.
constexpr const char* kSettings =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8192; PRAGMA temp_store = "
    "MEMORY";

}  // namespace

Result<std::unique_ptr<SqliteRollupStore>> SqliteRollupStore::open(const std::filesystem::path& path) {
  WEIR_TRY_ASSIGN(connection, SqliteConnection::open(path, SqliteAccess::kReadWrite));
  WEIR_TRY(connection.execute(kSettings));
  // What an interrupted merge left.
  WEIR_TRY(connection.execute("UPDATE rollup_blocks SET state = 3 WHERE state = 0"));
  std::unique_ptr<SqliteRollupStore> store(new SqliteRollupStore(path, std::move(connection)));
  WEIR_TRY(store->prepare());
  return store;
}

Result<void> SqliteRollupStore::prepare() {
  WEIR_TRY_ASSIGN(writer, SqliteRollupWriter::prepare(connection_));
  writer_ = std::move(writer);
  const auto prepare = [this](SqliteStatement& statement, std::string_view sql) -> Result<void> {
    WEIR_TRY_ASSIGN(prepared, connection_.prepare(sql));
    statement = std::move(prepared);
    return {};
  };
  WEIR_TRY(prepare(set_state_, "UPDATE rollup_blocks SET state = ?2 WHERE id = ?1"));
  WEIR_TRY(prepare(show_, "UPDATE rollup_blocks SET state = ?2, rows = ?3, directory = ?4 WHERE id = ?1"));
  WEIR_TRY(prepare(forget_,
                   "UPDATE rollup_blocks SET state = 3 WHERE tier = ?1 AND period < ?2 AND (state = 2 OR "
                   "(state = 1 AND tier = 5))"));
  WEIR_TRY(prepare(put_horizon_,
                   "INSERT INTO rollup_horizons VALUES(?1, ?2) ON CONFLICT(tier) DO UPDATE SET minute = "
                   "max(minute, excluded.minute)"));
  WEIR_TRY(prepare(next_gone_, "SELECT id FROM rollup_blocks WHERE state = 3 ORDER BY id LIMIT 1"));
  WEIR_TRY(prepare(gone_part_,
                   "SELECT p.id, length(p.counts)"
                   " + coalesce((SELECT length(t.bytes) FROM rollup_times t WHERE t.part = p.id), 0)"
                   " + coalesce((SELECT length(o.bytes) FROM rollup_rest o WHERE o.part = p.id), 0)"
                   " + coalesce((SELECT sum(length(r.responses) + length(r.upstreams)) FROM rollup_runs r"
                   "             WHERE r.id BETWEEN (p.id << 6) AND (p.id << 6) + 63), 0)"
                   " + coalesce((SELECT sum(length(u.bytes)) FROM rollup_upstreams u"
                   "             WHERE u.id BETWEEN (p.id << 6) AND (p.id << 6) + 63), 0)"
                   " + coalesce((SELECT length(d.bytes) FROM rollup_heads d WHERE d.part = p.id), 0)"
                   " + coalesce((SELECT length(f.bytes) FROM rollup_halves f WHERE f.part = p.id), 0)"
                   " + coalesce((SELECT length(h.responses) + length(h.upstreams) FROM rollup_histograms h"
                   "             WHERE h.part = p.id), 0)"
                   " FROM rollup_parts p WHERE p.id BETWEEN ?1 AND ?2 ORDER BY p.id LIMIT 1"));
  static_assert(kRollupRunBits == 6);
  WEIR_TRY(prepare(remove_part_, "DELETE FROM rollup_parts WHERE id = ?1"));
  WEIR_TRY(prepare(remove_times_, "DELETE FROM rollup_times WHERE part = ?1"));
  WEIR_TRY(prepare(remove_rest_, "DELETE FROM rollup_rest WHERE part = ?1"));
  WEIR_TRY(prepare(remove_runs_, "DELETE FROM rollup_runs WHERE id BETWEEN ?1 AND ?2"));
  WEIR_TRY(prepare(remove_upstreams_, "DELETE FROM rollup_upstreams WHERE id BETWEEN ?1 AND ?2"));
  WEIR_TRY(prepare(remove_heads_, "DELETE FROM rollup_heads WHERE part = ?1"));
  WEIR_TRY(prepare(remove_halves_, "DELETE FROM rollup_halves WHERE part = ?1"));
  WEIR_TRY(prepare(remove_histograms_, "DELETE FROM rollup_histograms WHERE part = ?1"));
  return prepare(remove_block_, "DELETE FROM rollup_blocks WHERE id = ?1");
}

Result<std::unique_ptr<SqliteRollupReader>> SqliteRollupStore::take_reader() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_readers_.empty()) {
      auto reader = std::move(idle_readers_.front());
      idle_readers_.pop_front();
      return reader;
    }
  }
  return SqliteRollupReader::open(path_);
}

void SqliteRollupStore::give_reader(std::unique_ptr<SqliteRollupReader> reader) {
  const std::lock_guard lock(mutex_);
  if (idle_readers_.size() < kIdleReadersMax) idle_readers_.push_front(std::move(reader));
}

Result<std::unique_ptr<RollupSnapshot>> SqliteRollupStore::snapshot() {
  WEIR_TRY_ASSIGN(reader, take_reader());
  return SqliteRollupSnapshot::begin(
      std::move(reader), [this](std::unique_ptr<SqliteRollupReader> used) { give_reader(std::move(used)); });
}

Result<void> SqliteRollupStore::begin(RollupTier tier, RollupMinute period, UtcTime now) {
  if (building_.id != 0) {
    set_state_.bind(1, building_.id);
    set_state_.bind(2, static_cast<std::int64_t>(RollupState::kGone));
    WEIR_TRY(set_state_.run());
  }
  building_ = {};
  building_.tier = tier;
  building_.period = period;
  building_.written_at = std::chrono::floor<Seconds>(now.time_since_epoch()).count();
  return {};
}

Result<void> SqliteRollupStore::write(std::span<const RollupPart> parts, Building& block) {
  if (block.id == 0) {
    WEIR_TRY_ASSIGN(id, writer_.insert_head(block, RollupState::kBuilding));
    block.id = id;
  }
  for (const RollupPart& part : parts) {
    const std::optional<std::size_t> place = block.places.next(part.cut);
    if (!place) return fail(ErrorCode::kFull, "a block of roll-ups has more parts than it may have");
    block.parts.push_back(rollup_part_ref(block.id, *place, part));
    if (part.cut == RollupCut::kPairs) block.rows += part.rows;
    WEIR_TRY(writer_.insert_part(block.parts.back().id, part));
  }
  return {};
}

Result<void> SqliteRollupStore::add(std::span<const RollupPart> parts) {
  Building block = building_;
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection_, SqliteAccess::kReadWrite));
  WEIR_TRY(write(parts, block));
  WEIR_TRY(transaction.commit());
  building_ = std::move(block);
  return {};
}

Result<void> SqliteRollupStore::publish(std::span<const RollupPart> parts,
                                        std::span<const std::int64_t> sources, RollupSources fate,
                                        bool folded) {
  Building block = building_;
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection_, SqliteAccess::kReadWrite));
  WEIR_TRY(write(parts, block));
  std::sort(block.parts.begin(), block.parts.end(),
            [](const RollupPartRef& a, const RollupPartRef& b) { return a.id < b.id; });
  const std::string directory = encode_directory(block.parts);
  show_.bind(1, block.id);
  show_.bind(2, static_cast<std::int64_t>(folded ? RollupState::kFolded : RollupState::kOpen));
  show_.bind(3, static_cast<std::int64_t>(block.rows));
  show_.bind_blob(4, directory);
  WEIR_TRY(show_.run());
  for (const std::int64_t source : sources) {
    set_state_.bind(1, source);
    set_state_.bind(2, static_cast<std::int64_t>(fate == RollupSources::kFold ? RollupState::kFolded
                                                                              : RollupState::kGone));
    WEIR_TRY(set_state_.run());
  }
  WEIR_TRY(transaction.commit());
  building_ = {};
  return {};
}

Result<void> SqliteRollupStore::forget(RollupTier tier, RollupMinute minute) {
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection_, SqliteAccess::kReadWrite));
  put_horizon_.bind(1, static_cast<std::int64_t>(tier));
  put_horizon_.bind(2, minute);
  WEIR_TRY(put_horizon_.run());
  forget_.bind(1, static_cast<std::int64_t>(tier));
  forget_.bind(2, minute);
  WEIR_TRY(forget_.run());
  return transaction.commit();
}

Result<bool> SqliteRollupStore::sweep(std::uint64_t bytes) {
  WEIR_TRY_ASSIGN(gone, next_gone_.step());
  if (!gone) return false;
  const std::int64_t first = next_gone_.column_int(0);
  next_gone_.reset();
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection_, SqliteAccess::kReadWrite));
  std::uint64_t freed = 0;
  for (std::int64_t block = first; freed < bytes;) {
    constexpr std::uint64_t kHeadBytes = 256;  // about: so that blocks of next to nothing are bounded too
    gone_part_.bind(1, rollup_part_id(block, 0));
    gone_part_.bind(2, rollup_part_id(block, kRollupPartsMax - 1));
    WEIR_TRY_ASSIGN(has_part, gone_part_.step());
    if (has_part) {
      const std::int64_t part = gone_part_.column_int(0);
      freed += static_cast<std::uint64_t>(gone_part_.column_int(1)) + kHeadBytes;
      gone_part_.reset();
      remove_part_.bind(1, part);
      WEIR_TRY(remove_part_.run());
      for (SqliteStatement* const remove :
           {&remove_times_, &remove_rest_, &remove_heads_, &remove_halves_, &remove_histograms_}) {
        remove->bind(1, part);
        WEIR_TRY(remove->run());
      }
      for (SqliteStatement* const remove : {&remove_runs_, &remove_upstreams_}) {
        remove->bind(1, rollup_run_id(part, 0));
        remove->bind(2, rollup_run_id(part, kRollupRunsMax - 1));
        WEIR_TRY(remove->run());
      }
      continue;
    }
    remove_block_.bind(1, block);
    WEIR_TRY(remove_block_.run());
    freed += kHeadBytes;
    WEIR_TRY_ASSIGN(another, next_gone_.step());
    if (!another) break;
    block = next_gone_.column_int(0);
    next_gone_.reset();
  }
  WEIR_TRY(transaction.commit());
  return true;
}

Result<RollupSizes> SqliteRollupStore::sizes() {
  WEIR_TRY_ASSIGN(reader, take_reader());
  SqliteConnection& connection = reader->connection;
  RollupSizes sizes;
  WEIR_TRY_ASSIGN(page, connection.query_int("PRAGMA page_size"));
  WEIR_TRY_ASSIGN(pages, connection.query_int("PRAGMA page_count"));
  WEIR_TRY_ASSIGN(free, connection.query_int("PRAGMA freelist_count"));
  sizes.bytes = static_cast<std::uint64_t>((pages - free) * page);
  {
    WEIR_TRY_ASSIGN(count,
                    connection.prepare("SELECT tier, count(*), sum(rows) FROM rollup_blocks WHERE state IN "
                                       "(1, 2) GROUP BY tier"));
    for (;;) {
      WEIR_TRY_ASSIGN(has_row, count.step());
      if (!has_row) break;
      const auto tier = static_cast<std::size_t>(count.column_int(0));
      if (tier >= sizes.rows.size()) continue;
      sizes.blocks[tier] = static_cast<std::uint64_t>(count.column_int(1));
      sizes.rows[tier] = static_cast<std::uint64_t>(count.column_int(2));
    }
  }
  give_reader(std::move(reader));
  return sizes;
}

}  // namespace weir
