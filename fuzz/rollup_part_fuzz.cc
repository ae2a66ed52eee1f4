// Any bytes as a part of a block of roll-ups: every column and histogram is answered, or kCorrupt is.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "store/rollup_part.h"

namespace {

using namespace weir;

template <class T>
bool answered(const Result<T>& result) {
  if (!result && result.error().code != ErrorCode::kCorrupt) std::abort();
  return result.has_value();
}

void read_columns(RollupPartReader& reader) {
  for (std::size_t i = 0; i < kRollupColumns; ++i) {
    const auto column = static_cast<RollupColumn>(i);
    const auto one = reader.value(column, reader.rows() - 1);
    const auto all = reader.column(column);
    if (!answered(one) || !answered(all)) continue;
    if (all->size() != reader.rows() || all->back() != *one) std::abort();
  }
}

void merge_all(const RollupPartReader& reader, RollupTimes times) {
  LogHistogram sum;
  for (std::size_t row = 0; row < reader.rows(); ++row) {
    if (!reader.has_histogram(times, row)) std::abort();
    answered(merge_rollup_durations(2, 1000, reader.histogram(times, row), sum));
  }
}

void read_histograms(RollupPartReader& reader, std::string_view bytes) {
  const RollupRunRef whole = {.index = 0, .first = 0, .rows = reader.rows()};
  for (const RollupTimes times : {RollupTimes::kResponse, RollupTimes::kUpstream}) {
    if (answered(reader.open_histograms(times, whole, bytes))) merge_all(reader, times);
  }
  for (const std::size_t lowest : {std::size_t{0}, std::size_t{700}}) {
    const auto heads = reader.open_heads(lowest, bytes);
    if (answered(heads) && *heads) merge_all(reader, RollupTimes::kResponse);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const auto cut = static_cast<RollupCut>(data[0] % kRollupCuts);
  const bool is_split = data[0] >= 128;
  const std::size_t rows = 1 + data[1];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 4, size - 4);
  const std::size_t counts = std::min<std::size_t>(bytes.size(), data[2] + 256U * data[3]);
  RollupPartReader reader;
  if (answered(reader.open(cut, rows, bytes.substr(0, counts), is_split))) {
    if (is_split) {
      answered(reader.open_columns(RollupColumns::kTimes, bytes.substr(counts)));
      answered(reader.open_columns(RollupColumns::kRest, bytes.substr(counts)));
    }
    read_columns(reader);
    read_histograms(reader, bytes.substr(counts));
    std::vector<RollupRow> decoded;
    answered(reader.decode(decoded));
  }
  return 0;
}
