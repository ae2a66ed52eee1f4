// SQLite's writes in pieces: a commit or a checkpoint of many pages breathes between them.
#pragma once

namespace weir {

/// Name of the VFS that breathes (base/breath.h) after every write of a page or less, and around a sync:
/// SQLite's default one in all else. Null where there is no default: a database then is opened with that
/// answer. Any thread.
[[nodiscard]] const char* sqlite_breathing_vfs();

}  // namespace weir
