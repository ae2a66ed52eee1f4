#include "store/rollup_directory.h"

#include <array>

#include "base/varint.h"
#include "store/byte_io.h"
#include "store/int_column.h"
#include "store/sealed_bytes.h"

namespace weir {
namespace {

constexpr std::size_t kFields = 5;  // cut, rows, first, last, histograms
/// The first directories had no more than these: all histograms of a part are in one run of another table.
constexpr std::size_t kFirstFields = 4;

std::array<std::uint64_t, kFields> fields_of(const RollupPartRef& part) {
  return {static_cast<std::uint64_t>(part.cut), part.rows, part.first, part.last,
          static_cast<std::uint64_t>(part.run_rows) << 1 | (part.has_heads ? 1 : 0)};
}

}  // namespace

RollupPartRef rollup_part_ref(std::int64_t block, std::size_t index, const RollupPart& part) {
  return {.id = rollup_part_id(block, index),
          .cut = part.cut,
          .rows = part.rows,
          .first = part.first,
          .last = part.last,
          .run_rows = part.run_rows,
          .has_heads = !part.heads.empty()};
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

Result<std::vector<RollupPartRef>> decode_directory(std::int64_t block, std::string_view directory) {
  const auto damaged = [] { return fail(ErrorCode::kCorrupt, "the directory of a roll-up is damaged"); };
  std::uint64_t count = 0;
  if (!unseal(directory) || !take_varint(directory, count) || count > kRollupPartsMax) return damaged();
  std::array<std::vector<std::uint64_t>, kFields> fields;
  for (std::size_t field = 0; field < kFields; ++field) {
    std::vector<std::uint64_t>& values = fields[field];
    if (field == kFirstFields && directory.empty()) {
      values.assign(count, 0);
      break;
    }
    std::uint64_t size = 0;
    std::string_view column;
    if (!take_varint(directory, size) || !take_bytes(directory, size, column)) return damaged();
    WEIR_TRY(decode_ints(column, count, values));
  }
  std::vector<RollupPartRef> parts(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (fields[0][i] >= kRollupCuts) return damaged();
    parts[i] = {.id = rollup_part_id(block, i),
                .cut = static_cast<RollupCut>(fields[0][i]),
                .rows = static_cast<std::uint32_t>(fields[1][i]),
                .first = static_cast<std::uint32_t>(fields[2][i]),
                .last = static_cast<std::uint32_t>(fields[3][i]),
                .run_rows = static_cast<std::uint32_t>(fields[4][i] >> 1),
                .has_heads = (fields[4][i] & 1) != 0};
  }
  return parts;
}

}  // namespace weir
