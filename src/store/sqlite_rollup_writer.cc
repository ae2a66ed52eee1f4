#include "store/sqlite_rollup_writer.h"

#include "store/rollup_directory.h"

namespace weir {

Result<SqliteRollupWriter> SqliteRollupWriter::prepare(SqliteConnection& connection) {
  SqliteRollupWriter writer;
  writer.connection_ = &connection;
  WEIR_TRY_ASSIGN(block,
                  connection.prepare("INSERT INTO rollup_blocks(state, tier, period, rows, written_at, "
                                     "directory) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"));
  WEIR_TRY_ASSIGN(part, connection.prepare("INSERT INTO rollup_parts VALUES(?1, ?2)"));
  WEIR_TRY_ASSIGN(histograms, connection.prepare("INSERT INTO rollup_histograms VALUES(?1, ?2, ?3)"));
  writer.insert_block_ = std::move(block);
  writer.insert_part_ = std::move(part);
  writer.insert_histograms_ = std::move(histograms);
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
  if (part.responses.empty() && part.upstreams.empty()) return {};
  insert_histograms_.bind(1, id);
  insert_histograms_.bind_blob(2, part.responses);
  insert_histograms_.bind_blob(3, part.upstreams);
  return insert_histograms_.run();
}

Result<void> SqliteRollupWriter::insert(const RollupDelta& delta, std::int64_t written_at) {
  RollupBlock block;
  block.tier = RollupTier::kDelta;
  block.period = delta.minute;
  block.written_at = written_at;
  for (const RollupPart& part : delta.parts) {
    block.rows += part.rows;
    block.parts.push_back(rollup_part_ref(0, block.parts.size(), part));
  }
  WEIR_TRY_ASSIGN(id, insert_head(block, RollupState::kOpen));
  for (std::size_t i = 0; i < delta.parts.size(); ++i) {
    WEIR_TRY(insert_part(rollup_part_id(id, i), delta.parts[i]));
  }
  return {};
}

}  // namespace weir
