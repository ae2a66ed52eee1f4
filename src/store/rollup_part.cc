#include "store/rollup_part.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "base/log_buckets.h"
#include "base/varint.h"
#include "store/byte_io.h"
#include "store/sealed_bytes.h"

namespace weir {
namespace {

constexpr std::size_t kRowsMax = 1U << 20;
/// Fewer bytes of histograms are read as soon as their heads.
constexpr std::size_t kHeadsFrom = 8U << 10;
/// Fewer bytes of columns are read as soon as some of them.
constexpr std::size_t kSplitFrom = 2U << 10;

/// A little more than what is ranked by, for parts are not all alike. Index: RollupHeads.
constexpr std::array<double, kRollupHeads> kHeadShares = {0.125, 0.55};

/// How many of those the cut has: by endpoint, where most calls are another's, the first.
std::size_t heads_of(RollupCut cut) {
  if (!is_ranked(cut)) return 0;
  return cut == RollupCut::kPairsByEndpoint ? 1 : 2;
}

tl::unexpected<Error> damaged() {
  return fail(ErrorCode::kCorrupt, "a part of a roll-up is damaged");
}

void put_sized(std::string& out, std::string_view bytes) {
  put_varint(out, bytes.size());
  out.append(bytes);
}

bool take_sized(std::string_view& data, std::string_view& bytes) {
  std::uint64_t size = 0;
  return take_varint(data, size) && take_bytes(data, size, bytes);
}

}  // namespace

std::size_t RollupPart::bytes() const {
  std::size_t bytes = counts.size() + times.size() + rest.size();
  for (const std::string& some : heads) bytes += some.size();
  for (const RollupRun& run : runs) bytes += run.responses.size() + run.upstreams.size();
  return bytes;
}

void RollupPartBuilder::add(const RollupRow& row, const RollupHistograms& histograms) {
  rows_.push_back(row);
  responses_.add(row.measures.response_count > 1 ? histograms.response : std::string_view());
  upstreams_.add(row.measures.upstream_count > 1 ? histograms.upstream : std::string_view());
}

RollupPart RollupPartBuilder::finish(RollupCut cut) {
  RollupPart part;
  part.cut = cut;
  part.rows = static_cast<std::uint32_t>(rows_.size());
  part.first = rollup_leading(cut, rows_.front().dims);
  part.last = rollup_leading(cut, rows_.back().dims);
  encode_columns(part);
  const std::size_t histogram_bytes = responses_.bytes() + upstreams_.bytes();
  const std::size_t run_rows = rollup_run_rows(rows_.size(), histogram_bytes);
  part.run_rows = static_cast<std::uint32_t>(run_rows);
  if (histogram_bytes > 0) {
    std::vector<std::string> responses = responses_.runs(run_rows);
    std::vector<std::string> upstreams = upstreams_.runs(run_rows);
    for (std::size_t i = 0; i < responses.size(); ++i)
      part.runs.push_back({std::move(responses[i]), std::move(upstreams[i])});
  }
  if (const std::size_t count = heads_of(cut); count > 0 && responses_.bytes() >= kHeadsFrom) {
    std::vector<std::string> heads = responses_.heads(std::span(kHeadShares).first(count));
    std::move(heads.begin(), heads.end(), part.heads.begin());
  }
  rows_.clear();
  responses_.clear();
  upstreams_.clear();
  return part;
}

void RollupPartBuilder::encode_columns(RollupPart& part) {
  std::string data;
  std::array<std::string*, kRollupColumnGroups> groups = {&part.counts, &part.times, &part.rest};
  const auto put = [&](RollupColumn column, auto value_of) {
    column_.clear();
    for (const RollupRow& row : rows_) column_.push_back(value_of(row));
    data.clear();
    encode_ints(column_, IntOrder::kAny, data);
    if (data.empty()) return;
    std::string& out = *groups[static_cast<std::size_t>(rollup_columns_of(column))];
    out.push_back(static_cast<char>(column));
    put_sized(out, data);
  };
  const auto put_dim = [&](RollupColumn column, auto member) {
    put(column, [member](const RollupRow& row) { return std::uint64_t{row.dims.*member}; });
  };
  const auto put_measure = [&](RollupColumn column, std::uint64_t RollupMeasures::*member) {
    put(column, [member](const RollupRow& row) { return row.measures.*member; });
  };
  put_dim(RollupColumn::kKey, &RollupDims::key);
  put_dim(RollupColumn::kEndpoint, &RollupDims::endpoint);
  put_dim(RollupColumn::kMethod, &RollupDims::method);
  put_dim(RollupColumn::kStatus, &RollupDims::status);
  put_dim(RollupColumn::kOutcome, &RollupDims::outcome);
  put_measure(RollupColumn::kRequests, &RollupMeasures::requests);
  if (!has_status(part.cut)) {
    put_measure(RollupColumn::kErrors, &RollupMeasures::errors);
    put_measure(RollupColumn::kClientErrors, &RollupMeasures::client_errors);
    put_measure(RollupColumn::kLimited, &RollupMeasures::limited);
    put_measure(RollupColumn::kRefused, &RollupMeasures::refused);
  }
  put_measure(RollupColumn::kShadowLimited, &RollupMeasures::shadow_limited);
  put_measure(RollupColumn::kBytesIn, &RollupMeasures::bytes_in);
  put_measure(RollupColumn::kBytesOut, &RollupMeasures::bytes_out);
  put_measure(RollupColumn::kResponseSum, &RollupMeasures::response_sum);
  // A single duration is its own sum and maximum.
  put(RollupColumn::kResponseMax,
      [](const RollupRow& row) { return row.measures.response_count > 1 ? row.measures.response_max : 0; });
  put_measure(RollupColumn::kUpstreamCount, &RollupMeasures::upstream_count);
  put_measure(RollupColumn::kUpstreamSum, &RollupMeasures::upstream_sum);
  put(RollupColumn::kUpstreamMax,
      [](const RollupRow& row) { return row.measures.upstream_count > 1 ? row.measures.upstream_max : 0; });
  put(RollupColumn::kUnmeasured,
      [](const RollupRow& row) { return row.measures.requests - row.measures.response_count; });
  if (!is_ranked(part.cut) || part.counts.size() + part.times.size() + part.rest.size() < kSplitFrom) {
    part.counts.append(part.times).append(part.rest);
    part.times.clear();
    part.rest.clear();
    seal(part.counts);
    return;
  }
  for (std::string* const group : groups) seal(*group);
}

Result<void> RollupPartReader::open(RollupCut cut, std::size_t rows, std::string_view counts, bool is_split) {
  cut_ = cut;
  rows_ = rows;
  for (Column& column : columns_) {
    column.data = {};
    column.opened = column.decoded = false;
  }
  for (RollupHistogramReader& histograms : histograms_) histograms.close();
  has_columns_.fill(!is_split);
  has_columns_[static_cast<std::size_t>(RollupColumns::kCounts)] = true;
  if (rows > kRowsMax) return damaged();
  return read_columns(counts);
}

Result<void> RollupPartReader::open_columns(RollupColumns columns, std::string_view bytes) {
  has_columns_[static_cast<std::size_t>(columns)] = true;
  return read_columns(bytes);
}

Result<void> RollupPartReader::read_columns(std::string_view bytes) {
  if (!unseal(bytes)) return damaged();
  while (!bytes.empty()) {
    const auto number = static_cast<std::uint8_t>(bytes[0]);
    bytes.remove_prefix(1);
    std::string_view data;
    if (!take_sized(bytes, data)) return damaged();
    if (number >= kRollupColumns) continue;  // a later weir's
    columns_[number].data = data;
    columns_[number].opened = columns_[number].decoded = false;
  }
  return {};
}

Result<void> RollupPartReader::open_histograms(RollupTimes times, const RollupRunRef& run,
                                               std::string_view histograms) {
  return histograms_[static_cast<std::size_t>(times)].open(run, histograms);
}

Result<bool> RollupPartReader::open_heads(std::size_t lowest, std::string_view heads) {
  return histograms_[static_cast<std::size_t>(RollupTimes::kResponse)].open_heads(rows_, lowest, heads);
}

Result<void> RollupPartReader::open_column(RollupColumn column) {
  Column& open = columns_[static_cast<std::size_t>(column)];
  if (open.opened) return {};
  if (!has_columns(rollup_columns_of(column)))
    return fail(ErrorCode::kInternal, "columns of a roll-up are asked for that were not read");
  WEIR_TRY(open.reader.open(open.data, rows_));
  open.opened = true;
  return {};
}

Result<std::span<const std::uint64_t>> RollupPartReader::column(RollupColumn column) {
  WEIR_TRY(open_column(column));
  Column& open = columns_[static_cast<std::size_t>(column)];
  if (!open.decoded) open.reader.decode(open.values);
  open.decoded = true;
  return std::span<const std::uint64_t>(open.values);
}

Result<std::uint64_t> RollupPartReader::value(RollupColumn column, std::size_t row) {
  WEIR_TRY(open_column(column));
  return columns_[static_cast<std::size_t>(column)].reader.at(row);
}

template <class Put>
Result<void> RollupPartReader::fill(RollupColumn column, Put put) {
  if (has_columns(rollup_columns_of(column)) && columns_[static_cast<std::size_t>(column)].data.empty())
    return {};  // zeros, as the rows are made
  WEIR_TRY_ASSIGN(values, this->column(column));
  for (std::size_t row = 0; row < rows_; ++row) put(row, values[row]);
  return {};
}

Result<void> RollupPartReader::decode(std::vector<RollupRow>& out) {
  out.assign(rows_, {});
  const auto dim = [&](RollupColumn column, auto member) {
    return fill(column, [&out, member](std::size_t row, std::uint64_t value) {
      auto& target = out[row].dims.*member;
      target = static_cast<std::remove_reference_t<decltype(target)>>(value);
    });
  };
  const auto measure = [&](RollupColumn column, std::uint64_t RollupMeasures::*member) {
    return fill(column,
                [&out, member](std::size_t row, std::uint64_t value) { out[row].measures.*member = value; });
  };
  WEIR_TRY(dim(RollupColumn::kKey, &RollupDims::key));
  WEIR_TRY(dim(RollupColumn::kEndpoint, &RollupDims::endpoint));
  WEIR_TRY(dim(RollupColumn::kMethod, &RollupDims::method));
  WEIR_TRY(dim(RollupColumn::kStatus, &RollupDims::status));
  WEIR_TRY(dim(RollupColumn::kOutcome, &RollupDims::outcome));
  WEIR_TRY(measure(RollupColumn::kRequests, &RollupMeasures::requests));
  WEIR_TRY(measure(RollupColumn::kErrors, &RollupMeasures::errors));
  WEIR_TRY(measure(RollupColumn::kClientErrors, &RollupMeasures::client_errors));
  WEIR_TRY(measure(RollupColumn::kLimited, &RollupMeasures::limited));
  WEIR_TRY(measure(RollupColumn::kRefused, &RollupMeasures::refused));
  WEIR_TRY(measure(RollupColumn::kShadowLimited, &RollupMeasures::shadow_limited));
  WEIR_TRY(measure(RollupColumn::kBytesIn, &RollupMeasures::bytes_in));
  WEIR_TRY(measure(RollupColumn::kBytesOut, &RollupMeasures::bytes_out));
  WEIR_TRY(measure(RollupColumn::kResponseSum, &RollupMeasures::response_sum));
  WEIR_TRY(measure(RollupColumn::kResponseMax, &RollupMeasures::response_max));
  WEIR_TRY(measure(RollupColumn::kUpstreamCount, &RollupMeasures::upstream_count));
  WEIR_TRY(measure(RollupColumn::kUpstreamSum, &RollupMeasures::upstream_sum));
  WEIR_TRY(measure(RollupColumn::kUpstreamMax, &RollupMeasures::upstream_max));
  for (RollupRow& row : out) row.measures.response_count = row.measures.requests;
  WEIR_TRY(fill(RollupColumn::kUnmeasured, [&out](std::size_t row, std::uint64_t value) {
    RollupMeasures& measures = out[row].measures;
    measures.response_count -= std::min(value, measures.requests);
  }));
  for (RollupRow& row : out) {
    RollupMeasures& measures = row.measures;
    if (measures.response_count == 1) measures.response_max = measures.response_sum;
    if (measures.upstream_count == 1) measures.upstream_max = measures.upstream_sum;
    if (has_status(cut_)) derive_measures(row.dims, measures);
  }
  return {};
}

Result<void> merge_rollup_durations(std::uint64_t count, std::uint64_t sum, std::string_view encoded,
                                    LogHistogram& into, std::size_t lowest) {
  if (count == 0) return {};
  if (count == 1) {
    if (lowest == 0 || log_bucket_of(sum) >= lowest)
      into.add(Micros(static_cast<std::int64_t>(std::min<std::uint64_t>(sum, INT64_MAX))));
    return {};
  }
  return into.merge(encoded, lowest);
}

}  // namespace weir
