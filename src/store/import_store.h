// Which access logs were imported, or are being.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/log_import.h"

namespace weir {

/// Blocking calls; any thread.
class ImportStore {
 public:
  virtual ~ImportStore() = default;

  /// Sets id and created_at. kConflict: a file with that beginning is known; kFull: kImportIdMax is reached.
  [[nodiscard]] virtual Result<void> insert(LogImport& import, UtcTime now) = 0;
  [[nodiscard]] virtual Result<LogImport> get(ImportId id) = 0;  // kNotFound
  [[nodiscard]] virtual Result<std::optional<LogImport>> find(std::uint64_t head_bytes,
                                                              std::string_view head_sha256) = 0;
  /// kNotFound.
  [[nodiscard]] virtual Result<void> set_options(ImportId id, const std::string& options) = 0;
  /// Ids greater than `after`, ascending, at most `limit`.
  [[nodiscard]] virtual Result<std::vector<LogImport>> list(ImportId after, std::size_t limit) = 0;
};

}  // namespace weir
