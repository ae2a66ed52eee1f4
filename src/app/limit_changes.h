// The flags of `weir limits set`, applied to the limits a server has. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.h"

namespace weir {

struct LimitChanges {
  std::optional<std::string> algorithm{};  // fixed, sliding
  std::optional<bool> shadow{};
  std::vector<std::string> limits{};           // minute=100: of a window there is
  std::vector<std::string> windows{};          // second=1s:10: a new window, or its seconds and limit anew
  std::vector<std::string> removed_windows{};  // names
  std::vector<std::string> plans{};            // partner:minute=1000
  std::vector<std::string> removed_plans{};    // names

  [[nodiscard]] bool empty() const;
};

/// `limits` is what GET /limits answered; the result is what to PUT. kInvalid names the flag's text.
[[nodiscard]] Result<boost::json::object> apply_limit_changes(boost::json::object limits,
                                                              const LimitChanges& changes);

}  // namespace weir
