// The list of a block's parts, as it is stored with the block: which part holds what is known without reading
// one.
//
// Bytes in, bytes out. Layout: docs/usage.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/rollup_store.h"

namespace weir {

/// A part's id: the block's above, its place in the block below.
inline constexpr unsigned kRollupPartBits = 20;
inline constexpr std::size_t kRollupPartsMax = std::size_t{1} << kRollupPartBits;  // of a block
[[nodiscard]] constexpr std::int64_t rollup_part_id(std::int64_t block, std::size_t index) {
  return block << kRollupPartBits | static_cast<std::int64_t>(index);
}

/// Places of a block's parts: those of a cut one behind the other, so that they are in the file, too,
/// although they are made side by side. First come the cuts of which there are the fewest, so that most of
/// what is written is written at the table's end. Blocks made before had them as they came.
class RollupPlaces {
 public:
  /// The next of the cut; nothing: it has as many as it may have.
  [[nodiscard]] std::optional<std::size_t> next(RollupCut cut);

 private:
  std::array<std::uint32_t, kRollupCuts> taken_{};
};

/// A run's: the part's above, its index below.
[[nodiscard]] constexpr std::int64_t rollup_run_id(std::int64_t part, std::size_t run) {
  return part << kRollupRunBits | static_cast<std::int64_t>(run);
}

/// `place`: RollupPlaces'.
[[nodiscard]] RollupPartRef rollup_part_ref(std::int64_t block, std::size_t place, const RollupPart& part);

/// `parts`: all of a block, in order of their ids.
[[nodiscard]] std::string encode_directory(std::span<const RollupPartRef> parts);
/// The parts of the first of `cuts` that there are any of; `cuts` empty: all. kCorrupt for anything
/// encode_directory did not write.
[[nodiscard]] Result<std::vector<RollupPartRef>> decode_directory(std::int64_t block,
                                                                  std::string_view directory,
                                                                  std::span<const RollupCut> cuts = {});

}  // namespace weir
