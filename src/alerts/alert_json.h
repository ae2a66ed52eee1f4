// Alerts as JSON: how they are kept, and the fields the API answers with. Pure.
//
// Times are RFC 3339, durations seconds. A field that is missing keeps its default, one that is not known is
// passed over, so that an older and a newer weir read each other's rows.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "alerts/alert_book.h"
#include "alerts/alert_engine.h"
#include "base/result.h"
#include "store/alert_store.h"

namespace weir {

[[nodiscard]] boost::json::object to_json(const Alert& alert);
[[nodiscard]] boost::json::object to_json(const AlertSubject& subject);
[[nodiscard]] boost::json::object to_json(const Silence& silence);

/// As a row to keep. `clear_since` travels with it.
[[nodiscard]] AlertRow to_row(const ActiveAlert& entry);
/// kCorrupt: the document is not what `to_row` wrote.
[[nodiscard]] Result<ActiveAlert> from_row(const AlertRow& row);

/// What a book holds beside its alerts, with the second it was evaluated at.
[[nodiscard]] std::string state_document(const AlertBook& book, AlertSecond evaluated);
/// Fills `book`, answers the second. kCorrupt.
[[nodiscard]] Result<AlertSecond> read_state(std::string_view document, AlertBook& book);

}  // namespace weir
