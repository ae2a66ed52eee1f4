// SQLite's writes in pieces: a commit or a checkpoint of many pages breathes between them.
#pragma once

#include "base/breath.h"

namespace weir {

/// While it lives, what this thread writes to databases takes `breath`, which outlives it, after every write
/// of a page or less.
class SqliteBreath {
 public:
  explicit SqliteBreath(const Breath& breath);
  ~SqliteBreath();
  SqliteBreath(const SqliteBreath&) = delete;
  SqliteBreath& operator=(const SqliteBreath&) = delete;

 private:
  const Breath* before_;
};

/// Name of the VFS whose writes do so: SQLite's default one in all else. Null where there is no default: a
/// database then is opened with that answer. Any thread.
[[nodiscard]] const char* sqlite_breathing_vfs();

}  // namespace weir
