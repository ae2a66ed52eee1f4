// Settings of alerts as JSON: GET and PUT /api/v1/alerts/settings, and how versions of them are kept.
#pragma once

#include <string_view>

#include <boost/json/object.hpp>

#include "admin/object_reader.h"
#include "base/result.h"
#include "model/alert_settings.h"

namespace weir {

[[nodiscard]] boost::json::object to_json(const AlertSettings& settings);

/// Reads a whole document; a field that is missing has its default. Problems are in the reader's.
[[nodiscard]] AlertSettings read_alert_settings(ObjectReader& reader);

/// The same over those held: a section that is missing stays as it is; within one, a field that is missing
/// has its default.
[[nodiscard]] AlertSettings read_alert_settings_over(ObjectReader& reader, const AlertSettings& held);

/// The thresholds, overrides and escalation of a document as it is stored, checked whole. kInvalid.
[[nodiscard]] Result<AlertSettings> parse_alert_settings(std::string_view text);

}  // namespace weir
