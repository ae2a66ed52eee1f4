// `weir report`: what happened in a time, as a page, a table or JSON.
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "app/command.h"
#include "app/key_flags.h"
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

Result<std::string> query_of(const ReportFlags& flags, bool as_json) {
  const UtcTime now = SystemClock().utc();
  std::string query = fmt::format("?format={}", as_json ? "json" : flags.format);
  for (const auto& [name, value] : {std::pair("from", flags.from), std::pair("to", flags.to)}) {
    if (value.empty()) continue;
    WEIR_TRY_ASSIGN(time, parse_time_flag(value, now, true));
    query += query_part(name, time);
  }
  return query;
}

Result<void> make_report(const ReportFlags& flags, AdminClient& client, bool as_json) {
  WEIR_TRY_ASSIGN(query, query_of(flags, as_json));
  return save_report(client, "/report" + query, flags.output);
}

}  // namespace

void add_report_command(CLI::App& app, Commands& commands) {
  const auto flags = std::make_shared<ReportFlags>();
  auto& command = add_client_command(
      app, commands, "report", "Report on a time: totals, trend, top keys and endpoints, errors, limits",
      "weir report --output week.html\nweir report --from 2026-11-01 --to 2026-12-01 --output november.html\n"
      "weir report --from 24h --format csv > day.csv\nweir report --json | jq .total.requests",
      [flags](AdminClient& client, bool as_json) { return make_report(*flags, client, as_json); });
  command.add_option("--from", flags->from, "Not before: a time, or 7d for a week ago (unless said)")
      ->type_name("WHEN");
  command.add_option("--to", flags->to, "Before: a time, or 1h for an hour ago; now unless said")
      ->type_name("WHEN");
  command.add_option("--format", flags->format, "html, csv or json")
      ->check(CLI::IsMember({"html", "csv", "json"}))
      ->capture_default_str();
  command.add_option("--output", flags->output, "Write to this file")->type_name("FILE");
}

}  // namespace weir
