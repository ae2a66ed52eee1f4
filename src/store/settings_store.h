// Settings changed at run time, by name, as text: they win over the configuration file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir {

/// Blocking calls; any thread. Values are JSON documents whose shape their owner knows.
class SettingsStore {
 public:
  virtual ~SettingsStore() = default;
  [[nodiscard]] virtual Result<std::optional<std::string>> get(std::string_view name) = 0;
  [[nodiscard]] virtual Result<void> put(std::string_view name, std::string_view value) = 0;
};

}  // namespace weir
