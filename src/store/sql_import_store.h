// Imports in any SQL database SOCI speaks.
#pragma once

#include "store/import_store.h"
#include "store/noun_session.h"

namespace weir {

class SqlImportStore final : public ImportStore {
 public:
  explicit SqlImportStore(NounSession& session) : session_(session) {}

  Result<void> insert(LogImport& import, UtcTime now) override;
  Result<LogImport> get(ImportId id) override;
  Result<std::optional<LogImport>> find(std::uint64_t head_bytes, std::string_view head_sha256) override;
  Result<void> set_options(ImportId id, const std::string& options) override;
  Result<std::vector<LogImport>> list(ImportId after, std::size_t limit) override;

 private:
  NounSession& session_;
};

}  // namespace weir
