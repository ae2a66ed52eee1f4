// Every key of weir.db, past the SQL session: a million in less than a second.
#pragma once

#include <filesystem>
#include <functional>

#include "base/result.h"
#include "model/api_key.h"

namespace weir {

/// In order of id, in one read transaction on a connection of its own. Any thread. `visit` gets the same
/// object every time.
[[nodiscard]] Result<void> scan_sqlite_keys(const std::filesystem::path& path,
                                            const std::function<void(const ApiKey&)>& visit);

}  // namespace weir
