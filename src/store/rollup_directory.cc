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
          (part.is_split ? 1U : 0U) | (part.times_apart ? 2U : 0U) | (part.has_heads[1] ? 4U : 0U) |
              (part.by_cut ? 8U : 0U)};
}

/// The places of a cut, from `first` to before `end`.
struct PlaceRange {
  std::uint32_t first = 0;
  std::uint32_t end = 0;
};
/// Index: RollupCut. Stored: ids of parts follow from these.
constexpr std::array<PlaceRange, kRollupCuts> kPlaces = {{
    {0x0'0000, 0x1'0000},               // totals
    {0x4'0000, 0x5'0000},               // keys
    {0x5'0000, 0x7'0000},               // key detail
    {0x1'0000, 0x2'0000},               // endpoints
    {0x7'0000, 0xB'8000},               // pairs
    {0xB'8000, 1U << kRollupPartBits},  // pairs by endpoint
    {0x2'0000, 0x4'0000},               // users
}};

}  // namespace

std::optional<std::size_t> RollupPlaces::next(RollupCut cut) {
  const auto index = static_cast<std::size_t>(cut);
  const std::uint32_t place = kPlaces[index].first + taken_[index];
  if (place >= kPlaces[index].end) return std::nullopt;
  ++taken_[index];
  return place;
}

RollupPartRef rollup_part_ref(std::int64_t block, std::size_t place, const RollupPart& part) {
  return {.id = rollup_part_id(block, place),
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
  RollupPlaces places;
  for (std::size_t i = 0; i < count; ++i) {
    const auto cut = static_cast<RollupCut>(cuts_of_parts[i]);
    if (!cuts.empty() && (chosen == cuts.end() || cut != *chosen)) continue;
    const std::uint64_t histograms = fields[4].at(i);
    const std::uint64_t tables = fields[5].at(i);
    const bool by_cut = (tables & 8) != 0;
    const std::optional<std::size_t> place = by_cut ? places.next(cut) : i;
    if (!place) return damaged();
    parts.push_back({.id = rollup_part_id(block, *place),
                     .cut = cut,
                     .rows = static_cast<std::uint32_t>(fields[1].at(i)),
                     .first = static_cast<std::uint32_t>(fields[2].at(i)),
                     .last = static_cast<std::uint32_t>(fields[3].at(i)),
                     .run_rows = static_cast<std::uint32_t>(histograms >> 1),
                     .has_heads = {(histograms & 1) != 0, (tables & 4) != 0},
                     .is_split = (tables & 1) != 0,
                     .times_apart = (tables & 2) != 0,
                     .by_cut = by_cut});
  }
  return parts;
}

}  // namespace weir
