#include "app/config_show.h"
#include "base/quantity.h"
#include "notify/settings_json.h"

namespace weir {

boost::json::object notify_to_json(const NotifySettings& notify) {
  boost::json::object out{{"allow_private_targets", notify.allow_private_targets},
                          {"channels", to_json(notify.channels)},
                          {"routes", to_json(notify.routes)}};
  if (notify.quiet_hours) out["quiet_hours"] = to_json(*notify.quiet_hours);
  out["grouping"] = {{"wait", format_duration(notify.grouping.wait)},
                     {"interval", format_duration(notify.grouping.interval)},
                     {"repeat", format_duration(notify.grouping.repeat)},
                     {"messages_max", std::uint64_t{notify.grouping.messages_max}}};
  if (notify.digest) out["digest"] = to_json(*notify.digest);
  return out;
}

}  // namespace weir
