// Settings in SQL.
#pragma once

#include "store/noun_session.h"
#include "store/settings_store.h"

namespace weir {

class SqlSettingsStore final : public SettingsStore {
 public:
  explicit SqlSettingsStore(NounSession& session) : session_(session) {}

  Result<std::optional<std::string>> get(std::string_view name) override;
  Result<void> put(std::string_view name, std::string_view value) override;

 private:
  NounSession& session_;
};

}  // namespace weir
