// Tokens of the admin API as JSON: never with a secret.
#pragma once

#include <boost/json/value.hpp>

#include "model/admin_token.h"

namespace weir {

/// `token` is the display form.
[[nodiscard]] boost::json::object to_json(const AdminToken& token);

}  // namespace weir
