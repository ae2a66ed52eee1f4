#include "notify/log_channel.h"

#include "base/log.h"

namespace weir {

void log_event(const OutboxEvent& event) {
  const AlertNotice& alert = event.alert;
  const bool over =
      event.type == "alert.resolved" || event.type == "alert.acknowledged" || event.type == "alert.commented";
  const auto level = over                           ? log::Level::kInfo
                     : alert.severity == "critical" ? log::Level::kCritical
                                                    : log::Level::kWarning;
  log::write(level, event.type,
             {{"alert_id", alert.alert_id},
              {"alert_type", alert.alert_type},
              {"severity", alert.severity},
              {"environment", alert.environment},
              {"subject", alert.subject},
              {"title", alert.title},
              {"value", alert.value},
              {"threshold", alert.threshold},
              {"unit", alert.unit},
              {"since", to_rfc3339(alert.started_at)}});
}

}  // namespace weir
