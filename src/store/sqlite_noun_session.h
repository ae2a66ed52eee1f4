// The nouns' SQL session on SQLite.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "store/noun_session.h"

namespace weir {

/// Opens weir.db, which is there and migrated (sqlite_file.h).
[[nodiscard]] Result<std::unique_ptr<NounSession>> open_sqlite_noun_session(
    const std::filesystem::path& path);

}  // namespace weir
