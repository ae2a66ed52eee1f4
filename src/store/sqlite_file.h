// A SQLite file of weir's: made private to its user, marked as ours, and brought to the schema this weir
// writes.
#pragma once

#include <filesystem>
#include <span>

#include "base/result.h"
#include "store/sqlite_connection.h"

namespace weir {

/// "weir" in ASCII: PRAGMA application_id of every file of ours.
inline constexpr int kApplicationId = 0x77656972;

/// How a kind of file came to its present shape: step i brings version i to i + 1 (PRAGMA user_version).
struct SqliteSchema {
  std::span<const char* const> migrations;
  const char* settings;  // run on every writing connection: PRAGMAs
};

/// Opens for writing; makes the file (mode 0600) when missing and migrates an older schema. kConflict: a
/// newer weir wrote it. kCorrupt: it is another program's or damaged. kIo names the path and what to do.
[[nodiscard]] Result<SqliteConnection> open_sqlite_file(const std::filesystem::path& path,
                                                        const SqliteSchema& schema);

/// Makes a folder only its user can enter (mode 0700), and its parents; one that is there is left as it is.
[[nodiscard]] Result<void> make_private_folder(const std::filesystem::path& folder);

}  // namespace weir
