// `weir report`: what happened in a time, as a page, a table or JSON.
#include <memory>

#include "app/command.h"
#include "app/report_flags.h"

namespace weir {

void add_report_command(CLI::App& app, Commands& commands) {
  const auto flags = std::make_shared<ReportFlags>();
  auto& command = add_client_command(
      app, commands, "report", "Report on a time: totals, trend, top keys and endpoints, errors, limits",
      "weir report --output week.html\nweir report --from 2026-11-01 --to 2026-12-01 --output november.html\n"
      "weir report --from 24h --format csv > day.csv\nweir report --json | jq .total.requests",
      [flags](AdminClient& client, bool as_json) { return make_report(*flags, client, as_json, "/report"); });
  add_report_flags(command, *flags, "Not before", "Before");
}

}  // namespace weir
