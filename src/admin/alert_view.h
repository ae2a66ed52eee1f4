// Alerts as the API shows them. Pure.
#pragma once

#include <boost/json/object.hpp>

#include "alerts/alert_book.h"
#include "alerts/alert_text.h"
#include "store/alert_store.h"

namespace weir {

/// Always the same fields, in the same order. `names` may look things up.
[[nodiscard]] boost::json::object alert_view(const Alert& alert, const AlertNames& names);
/// Of a kept alert. kCorrupt.
[[nodiscard]] Result<boost::json::object> alert_view(const AlertRow& row, const AlertNames& names);
[[nodiscard]] boost::json::object alert_event_view(const AlertEventRow& event);
/// A silence, and what its subject is called.
[[nodiscard]] boost::json::object silence_view(const Silence& silence, const AlertNames& names);

/// The data of an "alert" event of GET /api/v1/stream.
[[nodiscard]] std::string alert_event_data(const AlertEvent& event, const AlertNames& names);

}  // namespace weir
