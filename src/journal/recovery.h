// What is left of a journal when it is opened: after a clean stop, a kill, a power cut.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/result.h"
#include "journal/segment.h"
#include "model/journal_position.h"

namespace weir::journal {

struct Recovered {
  std::vector<SegmentFile> live;    // with unread records, and the one to write on; in order
  std::vector<SegmentFile> spares;  // nothing unread in them
  JournalPosition end;              // where to write on; never before `stored`
  bool resume = false;              // in the last live segment; else in a new one
  std::uint64_t torn_bytes = 0;     // cut at the end: of a record that was not finished
  std::uint64_t missing_bytes = 0;  // `end` is `stored`, and the disk has so many bytes less
};

/// Looks at every segment's header and at the records of the last one only: what comes before it was
/// finished, and the reader verifies it on its way. Syncs the live segments, so that `end` is on disk. Logs
/// what it found.
[[nodiscard]] Result<Recovered> recover(const std::filesystem::path& folder, JournalPosition stored);

}  // namespace weir::journal
