// The call log in SQLite files, one a UTC day: docs/call-log.md.
#pragma once

#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "store/call_day.h"
#include "store/call_day_reader.h"
#include "store/call_day_writer.h"
#include "store/call_log.h"
#include "store/call_tail.h"

namespace weir {

/// `add`, `flush` and `sync`: one thread. `query`: any thread; each has its own connection, so it waits for
/// nobody.
class SqliteCallLog final : public CallLog {
 public:
  /// `folder` is there already.
  explicit SqliteCallLog(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Result<void> add(std::span<const CallEntry> entries) override;
  Result<void> flush() override;
  Result<void> sync() override;
  Result<std::vector<CallDayFile>> days() override;
  Result<bool> remove_day(UtcTime start) override;
  Result<std::vector<CallRow>> query(const CallFilter& filter) override;
  Result<std::unique_ptr<CallStream>> stream(UtcTime from, UtcTime to, StreamedPaths paths) override;

 private:
  /// Day files held open for writing: a late call's day is seldom far, and each holds a few descriptors.
  static constexpr std::size_t kWritersMax = 4;
  /// Connections kept for the next query.
  static constexpr std::size_t kIdleReadersMax = 8;

  class Stream;

  using Writers = std::list<std::unique_ptr<CallDayWriter>>;

  /// Flushes the writers there are; the first error, after all were asked.
  Result<void> flush_open();
  Result<void> add_to_day(CallDay day, std::span<const CallEntry> entries);
  Result<CallDayWriter*> writer(CallDay day);
  Result<std::unique_ptr<CallDayWriter>> open_writer(CallDay day);
  /// What `result`, of the writer, means for it: after an error what its file holds is read anew.
  Result<void> settle(Writers::iterator writer, Result<void> result);
  void close_writer(Writers::iterator writer);
  void close_unwanted();
  /// Whether nobody has the day open; from then on nobody gets a reader of it until `end_removal`.
  bool begin_removal(CallDay day);
  void end_removal();
  /// kNotFound: there is no such day, or it is being removed.
  Result<std::unique_ptr<CallDayReader>> take_reader(CallDay day);
  void drop_reader(CallDay day);
  void give_reader(std::unique_ptr<CallDayReader> reader);

  const std::filesystem::path folder_;

  Writers writers_;                        // latest used first
  std::map<CallDay, CallTail> set_aside_;  // taken by writers that failed
  std::vector<CallEntry> day_entries_;

  std::mutex removal_mutex_;    // held while a writer is opened or a day removed
  std::mutex mutex_;            // never held across I/O
  std::set<CallDay> writing_;   // guarded by mutex_, as is what follows
  std::set<CallDay> unwanted_;  // of writing_: to be closed with the next sync
  std::multiset<CallDay> reading_;
  std::optional<CallDay> removing_;
  std::list<std::unique_ptr<CallDayReader>> idle_readers_;  // latest used first; guarded by mutex_
};

}  // namespace weir
