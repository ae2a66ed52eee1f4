// A call of the log as the API writes it.
#pragma once

#include <boost/json/object.hpp>

#include "store/call_log.h"

namespace weir {

/// Always the same fields, in the same order.
[[nodiscard]] boost::json::object to_json(const CallRow& row);

}  // namespace weir
