#include "usage/rollup_accumulator.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/breath.h"
#include "store/rollup_tier.h"

namespace weir {
namespace {

constexpr unsigned kMinuteShift = 32;
constexpr std::size_t kPiece = 1024;  // calls between breaths: some 10 µs
static_assert(kRollupMinuteMax < RollupMinute{1} << 32);

std::uint64_t micros(Micros duration) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
}

}  // namespace

std::size_t RollupAccumulator::PlaceHash::operator()(const Place& place) const noexcept {
  // Both words are small numbers: a multiplication folded in half spreads them over all bits.
  __extension__ using Wide = unsigned __int128;
  const Wide product =
      static_cast<Wide>(place.high ^ 0x9E3779B97F4A7C15ULL) * (place.low ^ 0xD1B54A32D192ED03ULL);
  return static_cast<std::size_t>(static_cast<std::uint64_t>(product) ^
                                  static_cast<std::uint64_t>(product >> 64));
}

void RollupAccumulator::add(const UsageRecord& record, EndpointId endpoint) {
  const RollupDims dims = {.key = record.key.value(),
                           .endpoint = endpoint.value(),
                           .method = static_cast<std::uint8_t>(record.method),
                           .status = record.status,
                           .outcome = static_cast<std::uint8_t>(record.outcome)};
  const auto order = rollup_order(RollupCut::kPairs, dims);
  const Place place = {order.high, order.low | static_cast<std::uint64_t>(rollup_minute_of(record.at))
                                                   << kMinuteShift};
  const auto [found, is_new] = index_.try_emplace(place, static_cast<std::uint32_t>(rows_.size()));
  if (is_new) rows_.push_back({.place = place, .row = {.dims = dims, .measures = {}}});
  Row& row = rows_[found->second];
  ++row.samples;
  const std::uint64_t response = micros(record.response_time);
  const std::uint64_t upstream = micros(record.upstream_time);
  RollupMeasures& measures = row.row.measures;
  ++measures.requests;
  measures.shadow_limited += record.shadow_limited ? 1 : 0;
  measures.bytes_in += record.bytes_in;
  measures.bytes_out += record.bytes_out;
  measures.response_count += response > 0 ? 1 : 0;
  measures.response_sum += response;
  measures.response_max = std::max(measures.response_max, response);
  measures.upstream_count += upstream > 0 ? 1 : 0;
  measures.upstream_sum += upstream;
  measures.upstream_max = std::max(measures.upstream_max, upstream);
  samples_.push_back({found->second, record.response_time, record.upstream_time});
}

void RollupAccumulator::clear() {
  index_.clear();
  rows_.clear();
  samples_.clear();
}

void RollupAccumulator::sort_samples() {
  std::size_t at = 0;
  for (Row& row : rows_) {
    row.first_sample = at;
    at += row.samples;
  }
  sorted_samples_.resize(samples_.size());
  std::vector<std::size_t> next(rows_.size());
  std::transform(rows_.begin(), rows_.end(), next.begin(), [](const Row& row) { return row.first_sample; });
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    sorted_samples_[next[samples_[i].row]++] = samples_[i];
    if (i % kPiece == 0) breathe();
  }
}

void RollupAccumulator::encode_row(const Row& row, RollupPartBuilder& builder) {
  response_.clear();
  upstream_.clear();
  const auto encode = [&](Micros Sample::*member, std::string& out) {
    histogram_.clear();
    for (std::size_t i = 0; i < row.samples; ++i) {
      const Micros duration = sorted_samples_[row.first_sample + i].*member;
      if (duration > Micros(0)) histogram_.add(duration);
      if (i % kPiece == kPiece - 1) breathe();
    }
    histogram_.encode(out);
  };
  if (row.row.measures.response_count > 1) encode(&Sample::response, response_);
  if (row.row.measures.upstream_count > 1) encode(&Sample::upstream, upstream_);
  builder.add(row.row, {.response = response_, .upstream = upstream_});
}

std::vector<RollupDelta> RollupAccumulator::deltas() {
  sort_samples();
  std::vector<std::uint32_t> order(rows_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
    const Place& left = rows_[a].place;
    const Place& right = rows_[b].place;
    return std::tuple(left.low >> kMinuteShift, left.high, left.low) <
           std::tuple(right.low >> kMinuteShift, right.high, right.low);
  });
  std::vector<RollupDelta> deltas;
  RollupPartBuilder builder;
  const auto finish = [&] {
    if (builder.rows() > 0) deltas.back().parts.push_back(builder.finish(RollupCut::kPairs));
  };
  for (const std::uint32_t index : order) {
    const Row& row = rows_[index];
    const auto minute = static_cast<RollupMinute>(row.place.low >> kMinuteShift);
    if (deltas.empty() || deltas.back().minute != minute) {
      finish();
      deltas.push_back({.minute = minute, .parts = {}});
    } else if (builder.full()) {
      finish();
    }
    encode_row(row, builder);
    breathe();
  }
  finish();
  return deltas;
}

}  // namespace weir
