#include "journal/recovery.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/log.h"
#include "journal/scan.h"

namespace weir::journal {
namespace {

JournalPosition end_of(const SegmentFile& file) {
  return {file.base.bytes + file.capacity()};
}

Result<SegmentContent> scan_file(const std::filesystem::path& folder, const SegmentFile& file) {
  if (file.capacity() == 0) return SegmentContent{};
  WEIR_TRY_ASSIGN(segment, map_segment(folder, file, MapMode::kReadOnly));
  return scan_segment({segment.records(), file.capacity()}, file.base);
}

/// The last segment that holds a record, and what it holds.
struct Last {
  std::size_t index = 0;
  SegmentContent content;
};

Result<std::optional<Last>> find_last(const std::filesystem::path& folder,
                                      const std::vector<SegmentFile>& files, JournalPosition stored) {
  for (std::size_t i = files.size(); i-- > 0 && end_of(files[i]) > stored;) {
    WEIR_TRY_ASSIGN(content, scan_file(folder, files[i]));
    if (content.used_bytes > 0) return Last{i, content};
  }
  return std::nullopt;
}

void log_findings(const std::filesystem::path& folder, const Recovered& found) {
  for (const SegmentFile& file : found.live) {
    if (file.header_ok) continue;
    log::error("the header of a journal segment is damaged; its records are read by its name",
               {{"segment", file.path(folder).string()}});
  }
  if (found.torn_bytes > 0) {
    log::warn("cut a record that was not finished off the end of the journal",
              {{"folder", folder.string()}, {"position", found.end.bytes}, {"bytes", found.torn_bytes}});
  }
  if (found.missing_bytes > 0) {
    log::warn("the store has read further than the journal on disk reaches, going on from there",
              {{"folder", folder.string()}, {"position", found.end.bytes}, {"bytes", found.missing_bytes}});
  }
}

}  // namespace

Result<Recovered> recover(const std::filesystem::path& folder, JournalPosition stored) {
  WEIR_TRY_ASSIGN(files, list_segments(folder));
  WEIR_TRY_ASSIGN(last, find_last(folder, files, stored));

  Recovered found{.live = {}, .spares = {}, .end = stored};
  if (last) {
    const SegmentFile& file = files[last->index];
    const JournalPosition disk_end{file.base.bytes + last->content.used_bytes};
    if (disk_end >= stored) {
      found.end = disk_end;
      found.torn_bytes = last->content.torn_bytes;
      found.resume = file.header_ok;
    } else {
      found.missing_bytes = stored.bytes - disk_end.bytes;
      last.reset();
    }
  } else {
    for (const SegmentFile& file : files) {
      if (file.base < stored && stored < end_of(file)) found.missing_bytes = stored.bytes - file.base.bytes;
    }
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    const bool is_read = end_of(files[i]) <= stored || (i + 1 < files.size() && files[i + 1].base <= stored);
    // The last one stays, read or not: it is written on.
    const bool is_live = last && i <= last->index && (!is_read || i == last->index);
    (is_live ? found.live : found.spares).push_back(files[i]);
  }
  log_findings(folder, found);
  return found;
}

}  // namespace weir::journal
