// The keeper's side of a journal: whatever may block. Syncs, prepares segments ahead, recycles read ones.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "journal/journal.h"
#include "journal/recovery.h"
#include "journal/segment.h"
#include "journal/shared.h"

namespace weir::journal {

/// One thread.
class Keeper {
 public:
  Keeper(const JournalOptions& options, Shared& shared) : options_(options), shared_(shared) {}

  /// Takes over what recovery found, before any other thread is there: fills the ring, prepares the first
  /// segments. A full disk is not an error: it is logged, and tried again by keep(). True: the writer goes on
  /// in the last live segment.
  [[nodiscard]] Result<bool> start(Recovered found);

  [[nodiscard]] Result<void> keep();

 private:
  struct Live {
    SegmentNumber number = 0;
    SegmentFile file;
    MappedFile map;                     // the writer's; until it has left and all is synced
    std::uint64_t synced_bytes = 0;     // of the file, from its start
    std::uint64_t forgotten_bytes = 0;  // of the mapping: no longer kept resident
  };

  void publish(SegmentFile file, MappedFile map);
  void recycle_read();
  void discard(const SegmentFile& file);
  [[nodiscard]] std::uint64_t ahead_wanted() const;
  /// Whether one more file would leave the file system with less than reserve_bytes.
  [[nodiscard]] bool would_take_the_reserve() const;
  [[nodiscard]] Result<void> prepare_ahead(bool is_starting);
  [[nodiscard]] std::optional<SegmentFile> take_spare(JournalPosition base);
  [[nodiscard]] Result<void> sync_folder_names();
  [[nodiscard]] Result<void> sync_records();
  [[nodiscard]] Result<void> sync_to(Live& live, std::uint64_t file_offset);
  void advance_durable(std::uint64_t position);
  void log_changes(const Result<void>& prepared, const Result<void>& synced);

  JournalOptions options_;
  Shared& shared_;
  std::deque<Live> live_;            // unread and prepared, in order
  std::vector<SegmentFile> spares_;  // of options_.segment_bytes
  std::uint64_t total_bytes_ = 0;    // of all files
  JournalPosition next_base_;        // of the next segment to prepare
  SegmentNumber first_written_ = 0;  // the segment the writer was in at the start
  bool names_changed_ = false;       // since the folder was synced
  bool room_is_short_ = false;       // at the last keep: nothing is kept that can be done without
  // After a failed sync the kernel takes the pages for written: what was appended until then counts as
  // durable only once the reader has stored it elsewhere.
  std::uint64_t unsure_until_ = 0;

  bool prepare_failed_ = false;
  bool sync_failed_ = false;
  std::uint64_t dropped_seen_ = 0;
  std::uint32_t keeps_since_drop_ = 0;
  bool is_dropping_ = false;
};

}  // namespace weir::journal
