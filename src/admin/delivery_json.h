// A delivery with its attempts as JSON. Pure.
#pragma once

#include <boost/json/object.hpp>

#include "model/delivery.h"

namespace weir {

[[nodiscard]] boost::json::object to_json(const Delivery& delivery);

}  // namespace weir
