// weir alerts report: what alerts of a time came to.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/key_flags.h"
#include "app/output.h"
#include "app/report_file.h"
#include "app/usage_flags.h"

namespace weir {
namespace {

struct ReportFlags {
  std::string from;
  std::string to;
  std::string format = "html";
  std::string output;
};

Result<void> make_report(const ReportFlags& flags, AdminClient& client, bool as_json) {
  const UtcTime now = SystemClock().utc();
  std::string query = fmt::format("?format={}", as_json ? "json" : flags.format);
  for (const auto& [name, value] : {std::pair("from", flags.from), std::pair("to", flags.to)}) {
    if (value.empty()) continue;
    WEIR_TRY_ASSIGN(time, parse_time_flag(value, now, true));
    query += query_part(name, time);
  }
  return save_report(client, "/alerts/report" + query, flags.output);
}

}  // namespace

void add_alert_report_command(CLI::App& alerts, Commands& commands) {
  const auto flags = std::make_shared<ReportFlags>();
  auto& command = add_client_command(
      alerts, commands, "report",
      "Report on alerts: how many, about what, how soon people cared, what to tune",
      "weir alerts report --output alerts.html\nweir alerts report --from 30d --format csv > alerts.csv\n"
      "weir alerts report --json | jq .thresholds",
      [flags](AdminClient& client, bool as_json) { return make_report(*flags, client, as_json); });
  command.add_option("--from", flags->from, "Fired at or after: a time, or 7d for a week ago (unless said)")
      ->type_name("WHEN");
  command.add_option("--to", flags->to, "Fired before: a time, or 1h for an hour ago; now unless said")
      ->type_name("WHEN");
  command.add_option("--format", flags->format, "html, csv or json")
      ->check(CLI::IsMember({"html", "csv", "json"}))
      ->capture_default_str();
  command.add_option("--output", flags->output, "Write to this file")->type_name("FILE");
}

}  // namespace weir
