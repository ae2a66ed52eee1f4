// Limit settings as JSON: in the API and in the settings store.
#pragma once

#include <boost/json/value.hpp>

#include "admin/object_reader.h"
#include "model/limit_settings.h"

namespace weir {

/// A limit as JSON has it: a number, or null for none.
[[nodiscard]] boost::json::value limit_to_json(std::uint32_t limit);
[[nodiscard]] boost::json::object overrides_to_json(const LimitOverrides& overrides);
/// {"algorithm", "shadow", "windows": [{"name", "seconds", "limit"}], "plans": {name: {window: limit}}}
[[nodiscard]] boost::json::object to_json(const LimitSettings& settings);

/// `source` of limits as they are shown: who set them.
inline constexpr std::string_view kLimitsFromApi = "api";
inline constexpr std::string_view kLimitsFromFile = "configuration";
/// Passes over it: what was shown may be sent back as it is.
void read_limit_source(ObjectReader& reader);

/// Reads {window: limit or null} from a field; nothing when it is missing or wrong.
[[nodiscard]] std::optional<LimitOverrides> read_overrides(ObjectReader& reader, std::string_view name);
/// Reads what `to_json` writes; `windows` is required, the rest has LimitSettings' defaults (no plans).
/// Shapes only: `validate` checks what the whole must keep.
[[nodiscard]] LimitSettings read_limit_settings(ObjectReader& reader);

}  // namespace weir
