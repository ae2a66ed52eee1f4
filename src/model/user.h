// The owner of keys.
#pragma once

#include <string>

#include "base/clock.h"
#include "model/ids.h"

namespace weir {

struct User {
  UserId id;
  std::string name;       // unique; 1 to 100 characters
  std::string email;      // may be empty
  bool is_active = true;  // an inactive user's keys are refused like inactive keys
  UtcTime created_at{};
  UtcTime updated_at{};
};

}  // namespace weir
