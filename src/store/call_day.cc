#include "store/call_day.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <system_error>

#include <fmt/format.h>

namespace weir {
namespace {

constexpr std::int64_t kDayMax = 65535;

// zone maps first, so that passing a block over never reads `packed`
constexpr const char* kMigrations[] = {
    "CREATE TABLE blocks("
    "  first_row INTEGER PRIMARY KEY,"
    "  rows INTEGER NOT NULL,"
    "  min_at INTEGER NOT NULL, max_at INTEGER NOT NULL,"
    "  min_key INTEGER NOT NULL, max_key INTEGER NOT NULL,"
    "  min_status INTEGER NOT NULL, max_status INTEGER NOT NULL,"
    "  packed BLOB) STRICT;"
    "CREATE TABLE block_columns(id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;"
    "CREATE TABLE journal_positions(journal INTEGER PRIMARY KEY, position INTEGER NOT NULL) STRICT;",
};

bool parse_part(const std::string& name, std::size_t at, std::size_t size, unsigned& value) {
  const char* end = name.data() + at + size;
  const auto [stop, error] = std::from_chars(name.data() + at, end, value);
  return error == std::errc{} && stop == end;
}

}  // namespace

// A commit does not wait for the disk: the pipeline syncs before it lets the journal go. A checkpoint, every
// 2 MiB of log, does: a small log stays in the processor's caches, and no checkpoint holds up the core for
// long.
const SqliteSchema kCallDaySchema = {
    .migrations = kMigrations,
    .settings =
        "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
        "PRAGMA wal_autocheckpoint = 256; PRAGMA journal_size_limit = 4194304;"
        "PRAGMA cache_size = -2048; PRAGMA temp_store = MEMORY",
};

CallDay CallDay::of(UtcTime at) {
  const auto days = std::chrono::floor<std::chrono::days>(at.time_since_epoch()).count();
  return {static_cast<std::uint16_t>(std::clamp<std::int64_t>(days, 0, kDayMax))};
}

std::optional<CallDay> CallDay::from_file_name(const std::string& name) {
  unsigned year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (name.size() != 13 || name[4] != '-' || name[7] != '-' || name.substr(10) != ".db" ||
      !parse_part(name, 0, 4, year) || !parse_part(name, 5, 2, month) || !parse_part(name, 8, 2, day)) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  if (days < 0 || days > kDayMax) return std::nullopt;
  return CallDay{static_cast<std::uint16_t>(days)};
}

std::string CallDay::file_name() const {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(number))};
  return fmt::format("{:04}-{:02}-{:02}.db", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

CallDay call_day_of_id(std::uint64_t id) {
  return {static_cast<std::uint16_t>(std::min<std::uint64_t>(id >> kCallRowBits, kDayMax))};
}

Result<std::vector<CallDay>> list_call_days(const std::filesystem::path& folder) {
  std::vector<CallDay> days;
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    if (const auto day = CallDay::from_file_name(entries->path().filename().string())) days.push_back(*day);
  }
  if (error) {
    return fail(ErrorCode::kIo, fmt::format("list the folder '{}': {}", folder.string(), error.message()),
                true);
  }
  std::sort(days.begin(), days.end(), std::greater<>());
  return days;
}

}  // namespace weir
