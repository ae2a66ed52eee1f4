// Users as JSON.
#pragma once

#include <boost/json/value.hpp>

#include "model/user.h"

namespace weir {

[[nodiscard]] boost::json::object to_json(const User& user);

}  // namespace weir
