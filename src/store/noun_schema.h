// The tables of weir.db, and how older ones become them.
#pragma once

#include "store/sqlite_file.h"

namespace weir {

inline constexpr const char* kNounFileName = "weir.db";

extern const SqliteSchema kNounSchema;

/// PRAGMAs of every connection that writes weir.db: a commit is on the disk when it returns, for a key that
/// was revoked must not come back with the power.
// The page size is a new file's; roll-ups are read in some thousand bytes at a time.
inline constexpr const char* kNounSettings =
    "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
    "PRAGMA journal_size_limit = 33554432; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY";

}  // namespace weir
