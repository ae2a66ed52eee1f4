#include "store/sqlite_call_log.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/breath.h"

namespace weir {
namespace {

constexpr std::size_t kPageMax = 1000;

bool may_hold(CallDay day, const CallFilter& filter) {
  if (filter.before_id != 0 && day > call_day_of_id(filter.before_id)) return false;
  if (filter.from && day < CallDay::of(*filter.from)) return false;
  return !filter.to || day <= CallDay::of(*filter.to);
}

Result<void> name_file(Result<void> result, const std::filesystem::path& path) {
  if (!result && result.error().detail.find(path.string()) == std::string::npos) {
    result.error().detail = fmt::format("'{}': {}", path.string(), result.error().detail);
  }
  return result;
}

}  // namespace

Result<void> SqliteCallLog::add(std::span<const CallEntry> entries) {
  if (entries.empty()) return {};
  const CallDay first = CallDay::of(entries.front().record->at);
  const auto of_first = [first](const CallEntry& entry) { return CallDay::of(entry.record->at) == first; };
  if (std::all_of(entries.begin(), entries.end(), of_first)) return add_to_day(first, entries);
  // Around midnight: each day's calls in their order. A crash between two days is what their own positions
  // are for.
  std::set<CallDay> days;
  for (const CallEntry& entry : entries) days.insert(CallDay::of(entry.record->at));
  for (const CallDay day : days) {
    day_entries_.clear();
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(day_entries_),
                 [day](const CallEntry& entry) { return CallDay::of(entry.record->at) == day; });
    WEIR_TRY(add_to_day(day, day_entries_));
  }
  return {};
}

Result<void> SqliteCallLog::add_to_day(CallDay day, std::span<const CallEntry> entries) {
  WEIR_TRY_ASSIGN(to, writer(day));
  return settle(writers_.begin(), to->add(entries));
}

Result<void> SqliteCallLog::settle(Writers::iterator writer, Result<void> result) {
  if (result) return result;
  const CallDay day = (*writer)->day();
  set_aside_.insert_or_assign(day, (*writer)->take_tail());
  close_writer(writer);
  return name_file(std::move(result), folder_ / day.file_name());
}

Result<CallDayWriter*> SqliteCallLog::writer(CallDay day) {
  const auto found =
      std::find_if(writers_.begin(), writers_.end(), [day](const auto& open) { return open->day() == day; });
  if (found != writers_.end()) {
    writers_.splice(writers_.begin(), writers_, found);
    return writers_.front().get();
  }
  const std::lock_guard opening(removal_mutex_);
  WEIR_TRY_ASSIGN(opened, open_writer(day));
  if (writers_.size() >= kWritersMax) {
    const auto last = std::prev(writers_.end());
    auto synced = (*last)->flush();
    if (synced) synced = (*last)->sync();  // the next sync will not see it any more
    WEIR_TRY(settle(last, std::move(synced)));
    close_writer(last);
  }
  writers_.push_front(std::move(opened));
  set_aside_.erase(day);
  {
    const std::lock_guard lock(mutex_);
    writing_.insert(day);
  }
  return writers_.front().get();
}

Result<std::unique_ptr<CallDayWriter>> SqliteCallLog::open_writer(CallDay day) {
  WEIR_TRY_ASSIGN(opened, CallDayWriter::open(folder_ / day.file_name(), day));
  if (const auto aside = set_aside_.find(day); aside != set_aside_.end()) {
    WEIR_TRY(name_file(opened->add(aside->second.unstored()), folder_ / day.file_name()));
  }
  return opened;
}

Result<void> SqliteCallLog::flush() {
  std::vector<CallDay> failed;
  for (const auto& [day, tail] : set_aside_) failed.push_back(day);
  // A day whose file refuses keeps no other from being stored.
  Result<void> result = flush_open();
  for (const CallDay day : failed) {
    const auto opened = writer(day);
    if (!opened && result) result = tl::unexpected<Error>(opened.error());
  }
  return result ? flush_open() : result;
}

Result<void> SqliteCallLog::flush_open() {
  Result<void> result;
  for (auto writer = writers_.begin(); writer != writers_.end();) {
    const auto next = std::next(writer);
    auto flushed = settle(writer, (*writer)->flush());
    if (!flushed && result) result = std::move(flushed);
    writer = next;
  }
  return result;
}

Result<void> SqliteCallLog::sync() {
  WEIR_TRY(flush());
  for (auto writer = writers_.begin(); writer != writers_.end(); ++writer) {
    WEIR_TRY(settle(writer, (*writer)->sync()));
  }
  close_unwanted();
  return {};
}

void SqliteCallLog::close_writer(Writers::iterator writer) {
  const CallDay day = (*writer)->day();
  writers_.erase(writer);
  const std::lock_guard lock(mutex_);
  writing_.erase(day);
  unwanted_.erase(day);
}

void SqliteCallLog::close_unwanted() {
  for (auto writer = writers_.begin(); writer != writers_.end();) {
    const auto next = std::next(writer);
    bool unwanted = false;
    {
      const std::lock_guard lock(mutex_);
      unwanted = unwanted_.contains((*writer)->day());
    }
    if (unwanted) close_writer(writer);
    writer = next;
  }
}

Result<std::vector<CallDayFile>> SqliteCallLog::days() {
  WEIR_TRY_ASSIGN(days, list_call_days(folder_));
  std::vector<CallDayFile> files;
  for (const CallDay day : days) {
    CallDayFile file{.start = UtcTime(std::chrono::days(day.number))};
    for (const char* suffix : {"", "-wal"}) {
      std::error_code gone;
      const auto bytes = std::filesystem::file_size((folder_ / day.file_name()).string() + suffix, gone);
      if (!gone) file.bytes += bytes;
    }
    files.push_back(file);
  }
  return files;
}

Result<bool> SqliteCallLog::remove_day(UtcTime start) {
  const CallDay day = CallDay::of(start);
  const BreathScope held;  // the pipeline may wait to open a day
  const std::lock_guard no_writer(removal_mutex_);
  if (!begin_removal(day)) return false;
  std::error_code error;
  // The log first: one without its file would be taken for that of the next file of this name.
  for (const char* suffix : {"-wal", "-shm", ""}) {
    const std::filesystem::path path = (folder_ / day.file_name()).string() + suffix;
    std::filesystem::remove(path, error);
    if (error) break;
  }
  end_removal();
  if (!error) return true;
  return fail(ErrorCode::kIo,
              fmt::format("remove '{}': {}; make its folder writable for this user",
                          (folder_ / day.file_name()).string(), error.message()),
              true);
}

bool SqliteCallLog::begin_removal(CallDay day) {
  std::list<std::unique_ptr<CallDayReader>> closed;  // outside the lock
  const std::lock_guard lock(mutex_);
  if (writing_.contains(day)) {
    unwanted_.insert(day);
    return false;
  }
  if (reading_.contains(day)) return false;
  for (auto idle = idle_readers_.begin(); idle != idle_readers_.end();) {
    const auto next = std::next(idle);
    if ((*idle)->day() == day) closed.splice(closed.end(), idle_readers_, idle);
    idle = next;
  }
  removing_ = day;
  return true;
}

void SqliteCallLog::end_removal() {
  const std::lock_guard lock(mutex_);
  removing_.reset();
}

Result<std::vector<CallRow>> SqliteCallLog::query(const CallFilter& filter) {
  if (filter.limit < 1 || filter.limit > kPageMax) {
    return fail(ErrorCode::kInvalid, fmt::format("limit: 1 to {}, not {}", kPageMax, filter.limit));
  }
  WEIR_TRY_ASSIGN(days, list_call_days(folder_));
  CallBlockScanner scanner(filter);
  std::vector<CallRow> rows;
  for (const CallDay day : days) {
    if (rows.size() >= filter.limit) break;
    if (!may_hold(day, filter)) continue;
    auto reader = take_reader(day);
    if (!reader && reader.error().code == ErrorCode::kNotFound) continue;  // being made, or just removed
    if (!reader) return tl::unexpected<Error>(std::move(reader).error());
    auto found = name_file((*reader)->query(filter, scanner, rows), folder_ / day.file_name());
    if (!found) {
      reader->reset();
      drop_reader(day);
      return tl::unexpected<Error>(std::move(found).error());
    }
    give_reader(std::move(*reader));
  }
  return rows;
}

Result<std::unique_ptr<CallDayReader>> SqliteCallLog::take_reader(CallDay day) {
  {
    const std::lock_guard lock(mutex_);
    if (removing_ == day) return fail(ErrorCode::kNotFound, "the day is being removed");
    reading_.insert(day);
    const auto found = std::find_if(idle_readers_.begin(), idle_readers_.end(),
                                    [day](const auto& idle) { return idle->day() == day; });
    if (found != idle_readers_.end()) {
      auto reader = std::move(*found);
      idle_readers_.erase(found);
      return reader;
    }
  }
  auto opened = CallDayReader::open(folder_ / day.file_name(), day);
  if (!opened) drop_reader(day);
  return opened;
}

void SqliteCallLog::drop_reader(CallDay day) {
  const std::lock_guard lock(mutex_);
  reading_.erase(reading_.find(day));
}

void SqliteCallLog::give_reader(std::unique_ptr<CallDayReader> reader) {
  std::unique_ptr<CallDayReader> oldest;  // closed outside the lock
  const std::lock_guard lock(mutex_);
  reading_.erase(reading_.find(reader->day()));
  idle_readers_.push_front(std::move(reader));
  if (idle_readers_.size() <= kIdleReadersMax) return;
  oldest = std::move(idle_readers_.back());
  idle_readers_.pop_back();
}

}  // namespace weir
