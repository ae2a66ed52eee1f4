#include "app/report_flags.h"

#include <fmt/format.h>

#include "app/key_flags.h"
#include "app/report_file.h"
#include "app/usage_flags.h"

namespace weir {

void add_report_flags(CLI::App& command, ReportFlags& flags, const std::string& after,
                      const std::string& before) {
  command.add_option("--from", flags.from, after + ": a time, or 7d for a week ago (unless said)")
      ->type_name("WHEN");
  command.add_option("--to", flags.to, before + ": a time, or 1h for an hour ago; now unless said")
      ->type_name("WHEN");
  command.add_option("--format", flags.format, "html, csv or json")
      ->check(CLI::IsMember({"html", "csv", "json"}))
      ->capture_default_str();
  command.add_option("--output", flags.output, "Write to this file")->type_name("FILE");
}

Result<void> make_report(const ReportFlags& flags, AdminClient& client, bool as_json,
                         const std::string& path) {
  const UtcTime now = SystemClock().utc();
  std::string query = fmt::format("?format={}", as_json ? "json" : flags.format);
  for (const auto& [name, value] : {std::pair("from", flags.from), std::pair("to", flags.to)}) {
    if (value.empty()) continue;
    WEIR_TRY_ASSIGN(time, parse_time_flag(value, now, true));
    query += query_part(name, time);
  }
  return save_report(client, path + query, flags.output);
}

}  // namespace weir
