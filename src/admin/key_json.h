// API keys as JSON: what clients see of one, and what they may set.
#pragma once

#include <boost/json/value.hpp>

#include "admin/object_reader.h"
#include "model/api_key.h"

namespace weir {

/// The specification's APIKey fields, then weir's. `key` is the display form. A rotation that is over by
/// `now` is not shown.
[[nodiscard]] boost::json::object to_json(const ApiKey& key, UtcTime now);

/// Reads the fields a client may set into `key`: name, description, is_active, expires_at or
/// expires_in_seconds, plan, limits, allowed_routes, allowed_networks. A field that is missing leaves what is
/// there; null clears what can be empty. Whether plan and windows exist is for KeyService to say.
void read_key_fields(ObjectReader& reader, ApiKey& key, UtcTime now);

}  // namespace weir
