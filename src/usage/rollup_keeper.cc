#include "usage/rollup_keeper.h"

#include <algorithm>
#include <limits>

#include "base/breath.h"

namespace weir {
namespace {

/// Blocks of one period side by side, of one state, before they are made one. Also the bound of what a
/// question reads of a period.
constexpr std::size_t kCrowd = 8;
/// Blocks looked at to find a period whose turn it is.
constexpr std::size_t kLookAhead = 1024;
/// Most blocks of one merge: each has a part in memory.
constexpr std::size_t kSourcesMax = 64;
constexpr Micros kTidyEvery = Seconds(30);
/// Before a merge that failed for what will not go away by itself is tried again: all others go on.
constexpr Micros kPutOff = std::chrono::hours(1);
constexpr std::uint64_t kSweepBytes = 512U << 10;
constexpr RollupMinute kForever = std::numeric_limits<RollupMinute>::max();

struct FoldRule {
  RollupTier from;
  std::size_t crowd;  // so many blocks of one period are merged before it is over
  Seconds rest;       // after the period's end, and after its oldest came: late calls come together
};
constexpr FoldRule kRules[] = {
    {RollupTier::kDelta, 16, Seconds(2)},   {RollupTier::kMinute, 120, Seconds(60)},
    {RollupTier::kHour, 64, Seconds(300)},  {RollupTier::kDay, 64, Seconds(900)},
    {RollupTier::kWeek, 64, Seconds(3600)},
};

bool is_due(const FoldRule& rule, RollupMinute period, const std::vector<RollupBlock>& blocks, UtcTime now) {
  if (blocks.size() >= rule.crowd) return true;
  const RollupMinute end = period + rollup_minutes(rollup_coarser(rule.from));
  if (rollup_minute_of(now) < end) return false;
  const auto oldest = std::min_element(
      blocks.begin(), blocks.end(), [](const auto& a, const auto& b) { return a.written_at < b.written_at; });
  const std::int64_t age =
      std::chrono::floor<Seconds>(now.time_since_epoch()).count() - std::max(oldest->written_at, end * 60);
  return age < 0 || age >= rule.rest.count();  // below 0: the clock was set back
}

}  // namespace

void RollupKeeper::set_retention(const RollupRetention& retention) {
  const std::lock_guard lock(mutex_);
  if (retention_ == retention) return;
  retention_ = retention;
}

Result<bool> RollupKeeper::step(UtcTime now) {
  if (fold_) {
    const auto done = fold_->step();
    if (done && !*done) return true;
    const auto place = std::pair(fold_->plan().tier, fold_->plan().period);
    fold_.reset();
    if (done) return true;
    if (done.error().code == ErrorCode::kCorrupt || done.error().code == ErrorCode::kFull)
      put_off_[place] = now + kPutOff;
    return tl::unexpected<Error>(done.error());
  }
  // Before new merges, so that what they leave behind never piles up.
  if (sweeping_) {
    WEIR_TRY_ASSIGN(swept, store_.sweep(kSweepBytes));
    sweeping_ = swept;
    return true;
  }
  WEIR_TRY_ASSIGN(plan, find_work(now));
  if (!plan) return sweeping_;
  sweeping_ = sweeping_ || plan->fate == RollupSources::kRemove;
  fold_ = std::make_unique<RollupFold>(store_, owners_, *std::move(plan), now);
  return true;
}

Result<std::optional<RollupFoldPlan>> RollupKeeper::find_work(UtcTime now) {
  // First, or a busy store would never come to it.
  if (now < tidied_at_ || now - tidied_at_ >= kTidyEvery) {
    WEIR_TRY(forget(now));
    tidied_at_ = now;
    crowded_ = true;
  }
  WEIR_TRY_ASSIGN(snapshot, store_.snapshot());
  if (crowded_) {
    WEIR_TRY_ASSIGN(crowd, find_crowd(*snapshot, now));
    if (crowd) return crowd;
    crowded_ = false;
  }
  return find_fold(*snapshot, now);
}

Result<std::optional<RollupFoldPlan>> RollupKeeper::find_fold(RollupSnapshot& snapshot, UtcTime now) {
  std::vector<RollupBlock> open;
  for (const FoldRule& rule : kRules) {
    breathe();
    open.clear();
    WEIR_TRY(snapshot.unfolded(rule.from, std::numeric_limits<RollupMinute>::min(), kForever, {}, kLookAhead,
                               open));
    const RollupTier to = rollup_coarser(rule.from);
    for (std::size_t at = 0; at < open.size();) {
      const RollupMinute period = rollup_floor(to, open[at].period);
      std::vector<RollupBlock> blocks;
      for (; at < open.size() && rollup_floor(to, open[at].period) == period; ++at) {
        blocks.push_back(std::move(open[at]));
      }
      if (!is_due(rule, period, blocks, now) || is_put_off(to, period, now)) continue;
      if (blocks.size() > kSourcesMax) blocks.resize(kSourcesMax);
      return RollupFoldPlan{
          .tier = to,
          .period = period,
          .sources = std::move(blocks),
          .fate = rule.from == RollupTier::kDelta ? RollupSources::kRemove : RollupSources::kFold};
    }
  }
  return std::optional<RollupFoldPlan>();
}

/// The small ones of a crowd: a large block is not written anew for a few late calls.
Result<std::optional<RollupFoldPlan>> RollupKeeper::find_crowd(RollupSnapshot& snapshot, UtcTime now) {
  WEIR_TRY_ASSIGN(blocks, snapshot.crowded(kCrowd));
  if (blocks.empty() || is_put_off(blocks[0].tier, blocks[0].period, now))
    return std::optional<RollupFoldPlan>();
  std::sort(blocks.begin(), blocks.end(),
            [](const RollupBlock& a, const RollupBlock& b) { return a.rows < b.rows; });
  std::size_t count = 1;
  std::uint64_t rows = blocks[0].rows;
  while (count < std::min(blocks.size(), kSourcesMax) && (count < 2 || blocks[count].rows <= 4 * rows)) {
    rows += blocks[count++].rows;
  }
  blocks.resize(count);
  RollupFoldPlan plan;
  plan.tier = blocks[0].tier;
  plan.period = blocks[0].period;
  plan.folded = blocks[0].folded;
  plan.fate = RollupSources::kRemove;
  plan.sources = std::move(blocks);
  return plan;
}

bool RollupKeeper::is_put_off(RollupTier tier, RollupMinute period, UtcTime now) {
  const auto found = put_off_.find({tier, period});
  if (found == put_off_.end()) return false;
  if (now < found->second && now + kPutOff >= found->second) return true;  // else the clock was set back
  put_off_.erase(found);
  return false;
}

/// Whole periods of the coarser tier at once, so that a question never needs half an hour of minutes.
Result<void> RollupKeeper::forget(UtcTime now) {
  RollupRetention retention;
  {
    const std::lock_guard lock(mutex_);
    retention = retention_;
  }
  const auto forget = [&](RollupTier tier, RollupTier whole,
                          const std::optional<Seconds>& kept) -> Result<void> {
    if (!kept) return {};
    const RollupMinute minute = rollup_floor(whole, rollup_minute_of(now - *kept));
    if (minute <= 0) return {};
    sweeping_ = true;  // nothing may be left of it, which the next sweep finds out
    return store_.forget(tier, minute);
  };
  WEIR_TRY(forget(RollupTier::kMinute, RollupTier::kHour, retention.minutes));
  WEIR_TRY(forget(RollupTier::kHour, RollupTier::kDay, retention.hours));
  for (const RollupTier tier : {RollupTier::kDay, RollupTier::kWeek, RollupTier::kMonth}) {
    WEIR_TRY(forget(tier, RollupTier::kMonth, retention.days));
  }
  return {};
}

}  // namespace weir
