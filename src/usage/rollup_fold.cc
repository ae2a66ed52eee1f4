#include "usage/rollup_fold.h"

#include "base/breath.h"

namespace weir {
namespace {

constexpr std::size_t kPiece = 32;  // rows between breaths: some 30 µs
/// Rows of a step, and bytes of a transaction: a few milliseconds each.
constexpr std::size_t kStepRows = 4096;
constexpr std::size_t kWriteBytes = 512U << 10;
/// Most rows held in memory to be put in the order of endpoints; of users, whose rows have more calls and so
/// longer histograms.
constexpr std::uint64_t kHeldPairsMax = 131'072;
constexpr std::uint64_t kHeldKeysMax = 16'384;

}  // namespace

RollupFold::RollupFold(RollupStore& store, KeyOwners& owners, RollupFoldPlan plan, UtcTime now)
    : store_(store),
      owners_(owners),
      plan_(std::move(plan)),
      now_(now),
      merge_(store, plan_.sources),
      cuts_(plan_.tier),
      by_user_(store, RollupCut::kKeys, RollupCut::kUsers, kHeldKeysMax,
               [this](const RollupDims& dims) -> Result<RollupDims> {
                 RollupDims turned;
                 WEIR_TRY_ASSIGN(user, owners_.user_of(dims.key));
                 turned.key = user;
                 return turned;
               }),
      by_endpoint_(store, RollupCut::kPairs, RollupCut::kPairsByEndpoint, kHeldPairsMax,
                   [](const RollupDims& dims) -> Result<RollupDims> { return dims; }) {}

RollupFold::Phase RollupFold::next(Phase phase) const {
  if (phase == Phase::kPairs && tier_has_cut(plan_.tier, RollupCut::kUsers)) return Phase::kByUser;
  if (phase < Phase::kByEndpoint && tier_has_cut(plan_.tier, RollupCut::kPairsByEndpoint))
    return Phase::kByEndpoint;
  return Phase::kPublish;
}

Result<bool> RollupFold::step() {
  if (!begun_) WEIR_TRY(store_.begin(plan_.tier, plan_.period, now_));
  begun_ = true;
  if (phase_ == Phase::kPairs) {
    WEIR_TRY(merge_pairs());
  } else if (phase_ != Phase::kPublish) {
    RollupTurn& turn = phase_ == Phase::kByUser ? by_user_ : by_endpoint_;
    WEIR_TRY_ASSIGN(turned, turn.step(kStepRows * 4, parts_));
    if (turned) phase_ = next(phase_);
  }
  if (phase_ != Phase::kPublish) {
    WEIR_TRY(write(false));
    return false;
  }
  std::vector<std::int64_t> sources;
  for (const RollupBlock& block : plan_.sources) sources.push_back(block.id);
  WEIR_TRY(store_.publish(parts_, sources, plan_.fate, plan_.folded));
  return true;
}

Result<void> RollupFold::write(bool all) {
  std::size_t bytes = 0;
  for (const RollupPart& part : parts_) bytes += part.bytes();
  if (parts_.empty() || (!all && bytes < kWriteBytes)) return {};
  WEIR_TRY(store_.add(parts_));
  parts_.clear();
  return {};
}

Result<void> RollupFold::merge_pairs() {
  for (std::size_t i = 0; i < kStepRows; ++i) {
    if (i % kPiece == 0) breathe();
    WEIR_TRY_ASSIGN(has_row, merge_.next());
    if (!has_row) {
      if (pairs_.rows() > 0) parts_.push_back(pairs_.finish(RollupCut::kPairs));
      cuts_.finish(parts_);
      phase_ = next(Phase::kPairs);
      return phase_ == Phase::kPublish ? Result<void>() : write(true);  // what is there is read again
    }
    if (pairs_.ends_before(RollupCut::kPairs, merge_.row().dims))
      parts_.push_back(pairs_.finish(RollupCut::kPairs));
    pairs_.add(merge_.row(), merge_.histograms());
    if (pairs_.full()) parts_.push_back(pairs_.finish(RollupCut::kPairs));
    WEIR_TRY(cuts_.add(merge_.row(), merge_.histograms(), parts_));
    WEIR_TRY(expect(merge_.row().dims));
  }
  return {};
}

/// Counts what will be turned.
Result<void> RollupFold::expect(const RollupDims& dims) {
  by_endpoint_.expect(dims.endpoint);
  if (key_ == dims.key || !tier_has_cut(plan_.tier, RollupCut::kUsers)) return {};
  key_ = dims.key;
  WEIR_TRY_ASSIGN(user, owners_.user_of(dims.key));
  by_user_.expect(user);
  return {};
}

}  // namespace weir
