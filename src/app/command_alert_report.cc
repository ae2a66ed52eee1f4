// weir alerts report: what alerts of a time came to.
#include "app/command.h"
#include "app/report_flags.h"

namespace weir {

void add_alert_report_command(CLI::App& alerts, Commands& commands) {
  const auto flags = std::make_shared<ReportFlags>();
  auto& command = add_client_command(
      alerts, commands, "report",
      "Report on alerts: how many, about what, how soon people cared, what to tune",
      "weir alerts report --output alerts.html\nweir alerts report --from 30d --format csv > alerts.csv\n"
      "weir alerts report --json | jq .thresholds",
      [flags](AdminClient& client, bool as_json) {
        return make_report(*flags, client, as_json, "/alerts/report");
      });
  add_report_flags(command, *flags, "Fired at or after", "Fired before");
}

}  // namespace weir
