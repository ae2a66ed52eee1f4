// Where roll-ups are kept: blocks that never change, read by questions and merged into coarser ones.
//
// What a period of a tier adds up to is, at any moment: the tier's blocks of it, folded or not, and the
// blocks of finer tiers in it that are not folded yet. A merge makes a new block and folds (or removes) what
// it was made of in one transaction, so every snapshot holds each call once. Layout: docs/usage.md.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/rollup_part.h"
#include "store/rollup_tier.h"

namespace weir {

/// What a commit of the pipeline adds to one minute: parts of RollupCut::kPairs.
struct RollupDelta {
  RollupMinute minute = 0;
  std::vector<RollupPart> parts;
};

/// A part of a block, to be read by its id.
struct RollupPartRef {
  std::int64_t id = 0;
  RollupCut cut = RollupCut::kPairs;
  std::uint32_t rows = 0;
  std::uint32_t first = 0;  // leading dimension of its first and last row
  std::uint32_t last = 0;
  std::uint32_t run_rows = 0;                  // 0: of the first layout, all histograms are one run
  std::array<bool, kRollupHeads> has_heads{};  // index: RollupHeads
  bool is_split = false;                       // its columns are read group by group
  bool times_apart = false;                    // upstream histograms are in a table of their own
  bool by_cut = true;                          // its id is next to those of its cut (rollup_directory.h)
};

/// The run a row's histograms are in.
[[nodiscard]] constexpr RollupRunRef rollup_run_of(const RollupPartRef& part, std::size_t row) {
  if (part.run_rows == 0) return {.index = 0, .first = 0, .rows = part.rows};
  const std::size_t index = row / part.run_rows;
  const std::size_t first = index * part.run_rows;
  return {.index = index, .first = first, .rows = std::min<std::size_t>(part.run_rows, part.rows - first)};
}

struct RollupBlock {
  std::int64_t id = 0;
  RollupTier tier = RollupTier::kDelta;
  RollupMinute period = 0;           // where it starts
  bool folded = false;               // its rows are in a coarser block too
  std::uint64_t rows = 0;            // of RollupCut::kPairs
  std::int64_t written_at = 0;       // seconds since 1970
  std::vector<RollupPartRef> parts;  // in order of cut, and within a cut of rows
};

/// From which minute on a tier still has what came; index: RollupTier. Never moves back.
using RollupHorizons = std::array<RollupMinute, kRollupTiers.size()>;

struct RollupSizes {
  std::uint64_t bytes = 0;  // of weir.db, roll-ups and all, without pages that are free
  std::array<std::uint64_t, kRollupTiers.size()> blocks{};  // index: RollupTier
  std::array<std::uint64_t, kRollupTiers.size()> rows{};    // of RollupCut::kPairs
};

/// One consistent view, for the length of one question: while it is held the store's log grows. One thread.
class RollupSnapshot {
 public:
  virtual ~RollupSnapshot() = default;

  /// Appends the tier's blocks that start in [from, to), in order of period, each with its parts of the first
  /// of `cuts` that it has any of; `cuts` empty: with all.
  [[nodiscard]] virtual Result<void> blocks(RollupTier tier, RollupMinute from, RollupMinute to,
                                            std::span<const RollupCut> cuts,
                                            std::vector<RollupBlock>& out) = 0;
  /// Appends those of them that are not folded; the oldest `limit`.
  [[nodiscard]] virtual Result<void> unfolded(RollupTier tier, RollupMinute from, RollupMinute to,
                                              std::span<const RollupCut> cuts, std::size_t limit,
                                              std::vector<RollupBlock>& out) = 0;
  /// Bytes of a part; valid until the next call for the same columns or times. kNotFound: it was removed, or
  /// is not split. kCorrupt names the file.
  [[nodiscard]] virtual Result<std::string_view> columns(std::int64_t part, RollupColumns columns) = 0;
  [[nodiscard]] Result<std::string_view> counts(std::int64_t part) {
    return columns(part, RollupColumns::kCounts);
  }
  [[nodiscard]] virtual Result<std::string_view> histograms(const RollupPartRef& part, std::size_t run,
                                                            RollupTimes times) = 0;
  /// Of a part that has them.
  [[nodiscard]] virtual Result<std::string_view> heads(std::int64_t part, RollupHeads heads) = 0;
  /// The blocks of one period of one tier, all folded or none, of which there are more than `count`; none:
  /// nothing.
  [[nodiscard]] virtual Result<std::vector<RollupBlock>> crowded(std::size_t count) = 0;
  [[nodiscard]] virtual Result<RollupHorizons> horizons() = 0;
};

/// What becomes of the blocks a new one was made of.
enum class RollupSources { kFold, kRemove };

/// `snapshot` and `sizes`: any thread. The rest: the roll-up thread. All block; each call is a transaction of
/// its own, none keeps the pipeline waiting longer than its bytes take to write.
class RollupStore {
 public:
  virtual ~RollupStore() = default;

  [[nodiscard]] virtual Result<std::unique_ptr<RollupSnapshot>> snapshot() = 0;

  /// Starts a block that nobody sees until it is published; one that was left unfinished is removed.
  [[nodiscard]] virtual Result<void> begin(RollupTier tier, RollupMinute period, UtcTime now) = 0;
  /// Adds parts to it, those of a cut in order of their rows.
  [[nodiscard]] virtual Result<void> add(std::span<const RollupPart> parts) = 0;
  /// The parts added so far: `counts` and `histograms` of a snapshot give them to those who know their ids.
  [[nodiscard]] virtual const std::vector<RollupPartRef>& added() const = 0;
  /// Adds the last parts, shows the block, and hides or removes what it was made of. `folded`: the block's
  /// own state.
  [[nodiscard]] virtual Result<void> publish(std::span<const RollupPart> parts,
                                             std::span<const std::int64_t> sources, RollupSources fate,
                                             bool folded) = 0;

  /// Blocks of `tier` that begin before `minute` are seen no more. Only folded ones, and all of the coarsest
  /// tier.
  [[nodiscard]] virtual Result<void> forget(RollupTier tier, RollupMinute minute) = 0;
  /// Frees the space of about `bytes` of what nobody sees any more; false: there was nothing.
  [[nodiscard]] virtual Result<bool> sweep(std::uint64_t bytes) = 0;

  [[nodiscard]] virtual Result<RollupSizes> sizes() = 0;
};

}  // namespace weir
