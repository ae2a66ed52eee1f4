#include "store/rollup_directory.h"

#include <algorithm>
#include <array>

#include "base/varint.h"
#include "store/byte_io.h"
#include "store/int_column.h"
#include "store/sealed_bytes.h"

namespace weir {
namespace {

constexpr std::size_t kFields = 6;  // cut, rows, first, last, histograms, tables
/// The first directories had no more than these: all histograms of a part are in one run of another table.
/// Those after them had no tables: all columns are in one, as are both times of a run.
constexpr std::size_t kFirstFields = 4;

std::array<std::uint64_t, kFields> fields_of(const RollupPartRef& part) {
  return {static_cast<std::uint64_t>(part.cut),
          part.rows,
          part.first,
          part.last,
          static_cast<std::uint64_t>(part.run_rows) << 1 | (part.has_heads[0] ? 1 : 0),
          (part.is_split ? 1U : 0U) | (part.times_apart ? 2U : 0U) | (part.has_heads[1] ? 4U : 0U)};
}

}  // namespace

RollupPartRef rollup_part_ref(std::int64_t block, std::size_t index, const RollupPart& part) {
  return {.id = rollup_part_id(block, index),
          .cut = part.cut,
          .rows = part.rows,
          .first = part.first,
          .last = part.last,
          .run_rows = part.run_rows,
          .has_heads = {!part.heads[0].empty(), !part.heads[1].empty()},
          .is_split = part.is_split(),
          .times_apart = part.times_apart()};
}

std::string encode_directory(std::span<const RollupPartRef> parts) {
  std::string out;
  put_varint(out, parts.size());
  std::vector<std::uint64_t> values;
  std::string column;
  for (std::size_t field = 0; field < kFields; ++field) {
    values.clear();
    for (const RollupPartRef& part : parts) values.push_back(fields_of(part)[field]);
    column.clear();
    encode_ints(values, IntOrder::kAny, column);
    put_varint(out, column.size());
    out.append(column);
  }
  seal(out);
  return out;
}

Result<std::vector<RollupPartRef>> decode_directory(std::int64_t block, std::string_view directory,
                                                    std::span<const RollupCut> cuts) {
  const auto damaged = [] { return fail(ErrorCode::kCorrupt, "the directory of a roll-up is damaged"); };
  std::uint64_t count = 0;
  if (!unseal(directory) || !take_varint(directory, count) || count > kRollupPartsMax) return damaged();
  std::array<IntColumnReader, kFields> fields;
  for (std::size_t field = 0; field < kFields; ++field) {
    std::string_view column;
    if (field < kFirstFields || !directory.empty()) {
      std::uint64_t size = 0;
      if (!take_varint(directory, size) || !take_bytes(directory, size, column)) return damaged();
    }
    WEIR_TRY(fields[field].open(column, count));
  }
  std::vector<std::uint64_t> cuts_of_parts;
  fields[0].decode(cuts_of_parts);
  if (std::any_of(cuts_of_parts.begin(), cuts_of_parts.end(),
                  [](std::uint64_t cut) { return cut >= kRollupCuts; }))
    return damaged();
  const auto has = [&cuts_of_parts](RollupCut cut) {
    return std::find(cuts_of_parts.begin(), cuts_of_parts.end(), static_cast<std::uint64_t>(cut)) !=
           cuts_of_parts.end();
  };
  const auto chosen = std::find_if(cuts.begin(), cuts.end(), has);
  std::vector<RollupPartRef> parts;
  for (std::size_t i = 0; i < count; ++i) {
    const auto cut = static_cast<RollupCut>(cuts_of_parts[i]);
    if (!cuts.empty() && (chosen == cuts.end() || cut != *chosen)) continue;
    const std::uint64_t histograms = fields[4].at(i);
    const std::uint64_t tables = fields[5].at(i);
    parts.push_back({.id = rollup_part_id(block, i),
                     .cut = cut,
                     .rows = static_cast<std::uint32_t>(fields[1].at(i)),
                     .first = static_cast<std::uint32_t>(fields[2].at(i)),
                     .last = static_cast<std::uint32_t>(fields[3].at(i)),
                     .run_rows = static_cast<std::uint32_t>(histograms >> 1),
                     .has_heads = {(histograms & 1) != 0, (tables & 4) != 0},
                     .is_split = (tables & 1) != 0,
                     .times_apart = (tables & 2) != 0});
  }
  return parts;
}

}  // namespace weir
