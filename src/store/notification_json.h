// Notices, events and messages as JSON: how they are stored, and what webhooks carry. Pure.
//
// Times are RFC 3339 with microseconds, durations whole seconds. A field that is missing keeps its default,
// one that is not known is passed over, so that an older and a newer weir read each other's rows.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "base/result.h"
#include "model/notification.h"

namespace weir {

[[nodiscard]] boost::json::object to_json(const AlertNotice& notice);
[[nodiscard]] boost::json::object to_json(const OutboxEvent& event);
[[nodiscard]] boost::json::object to_json(const Message& message);

/// kCorrupt: the text is not what `to_json` gave.
[[nodiscard]] Result<OutboxEvent> parse_outbox_event(std::string_view text);
[[nodiscard]] Result<Message> parse_message(std::string_view text);
[[nodiscard]] Result<AlertNotice> parse_alert_notice(const boost::json::value& value);

}  // namespace weir
