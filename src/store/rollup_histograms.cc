#include "store/rollup_histograms.h"

#include <algorithm>
#include <utility>

#include "base/varint.h"
#include "store/byte_io.h"
#include "store/int_column.h"
#include "store/sealed_bytes.h"

namespace weir {
namespace {

tl::unexpected<Error> damaged() {
  return fail(ErrorCode::kCorrupt, "histograms of a roll-up are damaged");
}

void put_rows(std::span<const std::uint64_t> sizes, std::string& out) {
  std::string column;
  encode_ints(sizes, IntOrder::kAny, column);
  put_varint(out, column.size());
  out.append(column);
}

}  // namespace

std::size_t rollup_run_rows(std::size_t rows, std::size_t bytes) {
  const std::size_t runs = std::clamp<std::size_t>((bytes + kRollupRunBytes - 1) / kRollupRunBytes, 1,
                                                   std::min(kRollupRunsMax, std::max<std::size_t>(rows, 1)));
  return (rows + runs - 1) / runs;
}

void RollupHistogramBuilder::add(std::string_view encoded) {
  sizes_.push_back(encoded.size());
  bytes_.append(encoded);
}

void RollupHistogramBuilder::clear() {
  sizes_.clear();
  bytes_.clear();
}

std::vector<std::string> RollupHistogramBuilder::runs(std::size_t run_rows) const {
  std::vector<std::string> runs;
  std::size_t at = 0;
  for (std::size_t first = 0; first < sizes_.size(); first += run_rows) {
    const std::span sizes = std::span(sizes_).subspan(first, std::min(run_rows, sizes_.size() - first));
    std::size_t size = 0;
    for (const std::uint64_t of_row : sizes) size += of_row;
    std::string& run = runs.emplace_back();
    if (size == 0) continue;
    put_rows(sizes, run);
    run.append(bytes_, at, size);
    seal(run);
    at += size;
  }
  return runs;
}

template <class Visit>
void RollupHistogramBuilder::each(Visit visit) const {
  std::size_t at = 0;
  for (const std::uint64_t size : sizes_) {
    visit(std::string_view(bytes_).substr(at, size));
    at += size;
  }
}

std::vector<std::string> RollupHistogramBuilder::heads(std::span<const double> shares) const {
  LogHistogram all;
  bool sound = true;
  each([&](std::string_view encoded) { sound = sound && all.merge(encoded).has_value(); });
  std::vector<std::string> found(shares.size());
  if (!sound) return found;  // whoever reads the runs is told
  for (std::size_t i = 0; i < shares.size(); ++i) found[i] = heads(all.top_bucket(shares[i]));
  return found;
}

std::string RollupHistogramBuilder::heads(std::size_t lowest) const {
  std::vector<std::uint64_t> sizes;
  std::string heads;
  each([&](std::string_view encoded) {
    const std::string_view head = encoded.substr(0, LogHistogram::head_size(encoded, lowest));
    sizes.push_back(head.size());
    heads.append(head);
  });
  std::string out;
  put_varint(out, lowest);
  put_rows(sizes, out);
  out.append(heads);
  seal(out);
  return out;
}

Result<void> RollupHistogramReader::open_rows(std::size_t first, std::size_t rows, std::string_view bytes) {
  std::uint64_t size = 0;
  std::string_view sizes;
  if (!take_varint(bytes, size) || !take_bytes(bytes, size, sizes)) return damaged();
  WEIR_TRY(decode_ints(sizes, rows, offsets_));
  std::uint64_t at = 0;
  for (std::uint64_t& offset : offsets_) {
    if (offset > LogHistogram::kEncodedMax) return damaged();
    at += std::exchange(offset, at);
  }
  offsets_.push_back(at);
  if (at != bytes.size()) return damaged();
  first_ = first;
  rows_ = rows;
  bytes_ = bytes;
  return {};
}

Result<void> RollupHistogramReader::open(const RollupRunRef& run, std::string_view bytes) {
  close();
  if (!bytes.empty()) {
    if (!unseal(bytes)) return damaged();
    return open_rows(run.first, run.rows, bytes);
  }
  first_ = run.first;
  rows_ = run.rows;
  offsets_.assign(run.rows + 1, 0);
  bytes_ = {};
  return {};
}

Result<bool> RollupHistogramReader::open_heads(std::size_t rows, std::size_t lowest, std::string_view bytes) {
  close();
  std::uint64_t reached = 0;
  if (!unseal(bytes) || !take_varint(bytes, reached)) return damaged();
  if (reached > lowest) return false;
  WEIR_TRY(open_rows(0, rows, bytes));
  return true;
}

}  // namespace weir
