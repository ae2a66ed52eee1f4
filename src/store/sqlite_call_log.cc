#include "store/sqlite_call_log.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

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

Result<void> SqliteCallLog::append(std::span<const CallEntry> entries) {
  if (entries.empty()) return {};
  const CallDay first = CallDay::of(entries.front().record->at);
  const auto of_first = [first](const CallEntry& entry) { return CallDay::of(entry.record->at) == first; };
  if (std::all_of(entries.begin(), entries.end(), of_first)) return append_day(first, entries);
  // Around midnight: each day's calls in their order. A crash between two days is what their own positions
  // are for.
  std::set<CallDay> days;
  for (const CallEntry& entry : entries) days.insert(CallDay::of(entry.record->at));
  for (const CallDay day : days) {
    day_entries_.clear();
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(day_entries_),
                 [day](const CallEntry& entry) { return CallDay::of(entry.record->at) == day; });
    WEIR_TRY(append_day(day, day_entries_));
  }
  return {};
}

Result<void> SqliteCallLog::append_day(CallDay day, std::span<const CallEntry> entries) {
  WEIR_TRY_ASSIGN(to, writer(day));
  auto result = name_file(to->append(entries), folder_ / day.file_name());
  if (!result) writers_.pop_front();  // what the file holds is read anew
  return result;
}

Result<CallDayWriter*> SqliteCallLog::writer(CallDay day) {
  const auto found =
      std::find_if(writers_.begin(), writers_.end(), [day](const auto& open) { return open->day() == day; });
  if (found != writers_.end()) {
    writers_.splice(writers_.begin(), writers_, found);
    return writers_.front().get();
  }
  WEIR_TRY_ASSIGN(opened, CallDayWriter::open(folder_ / day.file_name(), day));
  if (writers_.size() >= kWritersMax) {
    WEIR_TRY(writers_.back()->sync());  // the next sync will not see it any more
    writers_.pop_back();
  }
  writers_.push_front(std::move(opened));
  return writers_.front().get();
}

Result<void> SqliteCallLog::sync() {
  for (const auto& open : writers_) WEIR_TRY(open->sync());
  return {};
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
    WEIR_TRY(name_file((*reader)->query(filter, scanner, rows), folder_ / day.file_name()));
    give_reader(std::move(*reader));
  }
  return rows;
}

Result<std::unique_ptr<CallDayReader>> SqliteCallLog::take_reader(CallDay day) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(idle_readers_.begin(), idle_readers_.end(),
                                    [day](const auto& idle) { return idle->day() == day; });
    if (found != idle_readers_.end()) {
      auto reader = std::move(*found);
      idle_readers_.erase(found);
      return reader;
    }
  }
  return CallDayReader::open(folder_ / day.file_name(), day);
}

void SqliteCallLog::give_reader(std::unique_ptr<CallDayReader> reader) {
  std::unique_ptr<CallDayReader> oldest;  // closed outside the lock
  const std::lock_guard lock(mutex_);
  idle_readers_.push_front(std::move(reader));
  if (idle_readers_.size() <= kIdleReadersMax) return;
  oldest = std::move(idle_readers_.back());
  idle_readers_.pop_back();
}

}  // namespace weir
