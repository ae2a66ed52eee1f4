#include "store/sqlite_rollup_writer.h"

#include "store/rollup_directory.h"

namespace weir {

Result<SqliteRollupWriter> SqliteRollupWriter::prepare(SqliteConnection& connection) {
  SqliteRollupWriter writer;
  writer.connection_ = &connection;
  const auto prepare = [&connection](SqliteStatement& statement, std::string_view sql) -> Result<void> {
    WEIR_TRY_ASSIGN(prepared, connection.prepare(sql));
    statement = std::move(prepared);
    return {};
  };
  WEIR_TRY(
      prepare(writer.insert_block_,
              "INSERT INTO rollup_blocks(state, tier, period, rows, written_at, directory) VALUES(?1, ?2, "
              "?3, ?4, ?5, ?6)"));
  WEIR_TRY(prepare(writer.insert_part_, "INSERT INTO rollup_parts VALUES(?1, ?2)"));
  WEIR_TRY(prepare(writer.insert_times_, "INSERT INTO rollup_times VALUES(?1, ?2)"));
  WEIR_TRY(prepare(writer.insert_rest_, "INSERT INTO rollup_rest VALUES(?1, ?2)"));
  WEIR_TRY(prepare(writer.insert_run_, "INSERT INTO rollup_runs VALUES(?1, ?2, ?3)"));
  WEIR_TRY(prepare(writer.insert_upstreams_, "INSERT INTO rollup_upstreams VALUES(?1, ?2)"));
  WEIR_TRY(prepare(writer.insert_heads_[0], "INSERT INTO rollup_heads VALUES(?1, ?2)"));
  WEIR_TRY(prepare(writer.insert_heads_[1], "INSERT INTO rollup_halves VALUES(?1, ?2)"));
  return writer;
}

Result<std::int64_t> SqliteRollupWriter::insert_head(const RollupBlock& block, RollupState state) {
  const std::string directory = encode_directory(block.parts);
  insert_block_.bind(1, static_cast<std::int64_t>(state));
  insert_block_.bind(2, static_cast<std::int64_t>(block.tier));
  insert_block_.bind(3, block.period);
  insert_block_.bind(4, static_cast<std::int64_t>(block.rows));
  insert_block_.bind(5, block.written_at);
  insert_block_.bind_blob(6, directory);
  WEIR_TRY(insert_block_.run());
  return connection_->last_row_id();
}

Result<void> SqliteRollupWriter::insert_part(std::int64_t id, const RollupPart& part) {
  insert_part_.bind(1, id);
  insert_part_.bind_blob(2, part.counts);
  WEIR_TRY(insert_part_.run());
  if (part.is_split()) {
    insert_times_.bind(1, id);
    insert_times_.bind_blob(2, part.times);
    WEIR_TRY(insert_times_.run());
    insert_rest_.bind(1, id);
    insert_rest_.bind_blob(2, part.rest);
    WEIR_TRY(insert_rest_.run());
  }
  for (std::size_t run = 0; run < part.runs.size(); ++run) {
    const auto& [responses, upstreams] = part.runs[run];
    const std::string_view beside = part.times_apart() ? std::string_view() : upstreams;
    if (!responses.empty() || !beside.empty()) {
      insert_run_.bind(1, rollup_run_id(id, run));
      insert_run_.bind_blob(2, responses);
      insert_run_.bind_blob(3, beside);
      WEIR_TRY(insert_run_.run());
    }
    if (upstreams.empty() || !part.times_apart()) continue;
    insert_upstreams_.bind(1, rollup_run_id(id, run));
    insert_upstreams_.bind_blob(2, upstreams);
    WEIR_TRY(insert_upstreams_.run());
  }
  for (std::size_t i = 0; i < part.heads.size(); ++i) {
    if (part.heads[i].empty()) continue;
    insert_heads_[i].bind(1, id);
    insert_heads_[i].bind_blob(2, part.heads[i]);
    WEIR_TRY(insert_heads_[i].run());
  }
  return {};
}

Result<void> SqliteRollupWriter::insert(const RollupDelta& delta, std::int64_t written_at) {
  RollupBlock block;
  block.tier = RollupTier::kDelta;
  block.period = delta.minute;
  block.written_at = written_at;
  RollupPlaces places;
  for (const RollupPart& part : delta.parts) {
    const std::optional<std::size_t> place = places.next(part.cut);
    if (!place) return fail(ErrorCode::kFull, "a block of roll-ups has more parts than it may have");
    block.rows += part.rows;
    block.parts.push_back(rollup_part_ref(0, *place, part));
  }
  WEIR_TRY_ASSIGN(id, insert_head(block, RollupState::kOpen));
  for (std::size_t i = 0; i < delta.parts.size(); ++i) {
    WEIR_TRY(insert_part(rollup_part_id(id, 0) | block.parts[i].id, delta.parts[i]));
  }
  return {};
}

}  // namespace weir
