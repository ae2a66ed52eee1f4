#include "usage/rollup_cuts.h"

namespace weir {
namespace {

std::uint64_t below_leading(const RollupDims& dims) {
  return rollup_order(RollupCut::kPairs, dims).low;
}

RollupDims dims_of(std::uint64_t low) {
  RollupDims dims;
  dims.method = static_cast<std::uint8_t>(low >> 24);
  dims.status = static_cast<std::uint16_t>(low >> 8);
  dims.outcome = static_cast<std::uint8_t>(low);
  return dims;
}

}  // namespace

bool tier_has_cut(RollupTier tier, RollupCut cut) {
  switch (cut) {
    case RollupCut::kPairs:
      return true;
    case RollupCut::kTotals:
    case RollupCut::kEndpoints:
      return tier >= RollupTier::kMinute;
    case RollupCut::kKeys:
    case RollupCut::kUsers:
    case RollupCut::kKeyDetail:
      return tier >= RollupTier::kHour;
    case RollupCut::kPairsByEndpoint:
      return tier >= RollupTier::kDay;
  }
  return false;
}

void RollupCuts::Sum::merge(const Sum& other) {
  measures.merge(other.measures);
  response.merge(other.response);
  upstream.merge(other.upstream);
}

Result<void> RollupCuts::add(const RollupRow& row, const RollupHistograms& histograms,
                             std::vector<RollupPart>& out) {
  const auto merge = [&](Sum& sum) -> Result<void> {
    const RollupMeasures& measures = row.measures;
    sum.measures.merge(measures);
    WEIR_TRY(merge_rollup_durations(measures.response_count, measures.response_sum, histograms.response,
                                    sum.response));
    return merge_rollup_durations(measures.upstream_count, measures.upstream_sum, histograms.upstream,
                                  sum.upstream);
  };
  if (!has_key_ || key_ != row.dims.key) {
    finish_key(out);
    has_key_ = true;
    key_ = row.dims.key;
  }
  const std::uint64_t low = below_leading(row.dims);
  if (tier_has_cut(tier_, RollupCut::kEndpoints)) WEIR_TRY(merge(of_endpoints_[row.dims.endpoint][low]));
  if (tier_has_cut(tier_, RollupCut::kKeyDetail)) return merge(of_key_[low]);
  if (tier_has_cut(tier_, RollupCut::kKeys)) return merge(whole_key_);
  return {};
}

void RollupCuts::finish_key(std::vector<RollupPart>& out) {
  if (!has_key_ || !tier_has_cut(tier_, RollupCut::kKeys)) return;
  RollupDims dims;
  dims.key = key_;
  for (const auto& [low, sum] : of_key_) {
    RollupDims detail = dims_of(low);
    detail.key = key_;
    emit(RollupCut::kKeyDetail, detail, sum, out);
    whole_key_.merge(sum);
  }
  emit(RollupCut::kKeys, dims, whole_key_, out);
  of_key_.clear();
  whole_key_.measures = {};
  whole_key_.response.clear();
  whole_key_.upstream.clear();
}

void RollupCuts::finish_endpoints(std::vector<RollupPart>& out) {
  Sums totals;
  for (const auto& [endpoint, sums] : of_endpoints_) {
    for (const auto& [low, sum] : sums) {
      RollupDims dims = dims_of(low);
      dims.endpoint = endpoint;
      emit(RollupCut::kEndpoints, dims, sum, out);
      totals[low].merge(sum);
    }
  }
  for (const auto& [low, sum] : totals) emit(RollupCut::kTotals, dims_of(low), sum, out);
  of_endpoints_.clear();
}

void RollupCuts::finish(std::vector<RollupPart>& out) {
  finish_key(out);
  has_key_ = false;
  finish_endpoints(out);
  for (std::size_t cut = 0; cut < kRollupCuts; ++cut) flush(static_cast<RollupCut>(cut), out);
}

void RollupCuts::emit(RollupCut cut, const RollupDims& dims, const Sum& sum, std::vector<RollupPart>& out) {
  response_.clear();
  upstream_.clear();
  if (sum.measures.response_count > 1) sum.response.encode(response_);
  if (sum.measures.upstream_count > 1) sum.upstream.encode(upstream_);
  RollupPartBuilder& builder = builders_[static_cast<std::size_t>(cut)];
  builder.add({.dims = dims, .measures = sum.measures}, {.response = response_, .upstream = upstream_});
  if (builder.full()) flush(cut, out);
}

void RollupCuts::flush(RollupCut cut, std::vector<RollupPart>& out) {
  RollupPartBuilder& builder = builders_[static_cast<std::size_t>(cut)];
  if (builder.rows() > 0) out.push_back(builder.finish(cut));
}

}  // namespace weir
