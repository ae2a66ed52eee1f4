#include <cerrno>
#include <cstdio>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/human.h"
#include "app/output.h"
#include "app/usage_flags.h"
#include "base/quantity.h"

namespace weir {
namespace {

namespace json = boost::json;

/// Which calls, beyond what the shared flags say.
struct CallFlags {
  UsageFlags usage;
  std::string path;
  std::string outcome;
  std::string slower_than;
};

struct LogFlags {
  CallFlags calls;
  std::string cursor;
  unsigned limit = 50;
};

struct ExportFlags {
  CallFlags calls;
  std::string format = "csv";
  std::uint64_t limit = 0;
};

double seconds_of(const json::object& call, std::string_view name) {
  const json::value* value = call.if_contains(name);
  if (value == nullptr || !value->is_number()) return 0;
  return value->to_number<double>();
}

void print_calls(const json::value& list) {
  Table table({{"TIME (UTC)"},
               {"STATUS", Align::kRight},
               {"METHOD"},
               {"PATH", Align::kLeft, 12},
               {"KEY", Align::kRight},
               {"USER", Align::kRight},
               {"OUTCOME", Align::kLeft, 9},
               {"TOOK", Align::kRight},
               {"SOURCE", Align::kLeft, 9}});
  for (const auto& call : items_of(list)) {
    table.add({plain_time(text_of(call, "created_at")), text_of(call, "status_code"), text_of(call, "method"),
               text_of(call, "path"), text_of(call, "api_key_id"), text_of(call, "user_id"),
               text_of(call, "outcome"), human_seconds(seconds_of(call, "response_time")),
               text_of(call, "source")});
  }
  print(table);
}

void add_call_flags(CLI::App& command, CallFlags& flags) {
  add_usage_flags(command, flags.usage);
  command.add_option("--path", flags.path, "Of this whole path, without query")->type_name("PATH");
  command
      .add_option("--outcome", flags.outcome, "With this outcome: forwarded, limited, upstream_timeout, ...")
      ->type_name("OUTCOME");
  command.add_option("--slower-than", flags.slower_than, "That took so long or longer: 500ms, 2s")
      ->type_name("TIME");
}

/// "&key_id=7&…", behind a query that has begun.
Result<std::string> call_query(const CallFlags& flags, AdminClient& client) {
  WEIR_TRY_ASSIGN(query, usage_query(flags.usage, client, SystemClock().utc()));
  query += query_part("path", flags.path);
  query += query_part("outcome", flags.outcome);
  if (flags.slower_than.empty()) return query;
  const auto time = parse_duration(flags.slower_than);
  if (!time) return fail(ErrorCode::kInvalid, fmt::format("--slower-than: {}", time.error().detail));
  return query + fmt::format("&min_response_time={:.3f}", static_cast<double>(time->count()) / 1000);
}

/// Writes an export to standard output as it comes.
Result<void> export_calls(const ExportFlags& flags, AdminClient& client) {
  WEIR_TRY_ASSIGN(filters, call_query(flags.calls, client));
  std::string path = fmt::format("/usage/export?format={}{}", flags.format, filters);
  if (flags.limit != 0) path += fmt::format("&limit={}", flags.limit);
  bool written = true;
  WEIR_TRY(client.read(path, [&written](std::string_view bytes) {
    written = std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
    return written;
  }));
  if (!written || std::fflush(stdout) != 0) return fail_errno("write the export", errno);
  return {};
}

void add_export_command(CLI::App& group, Commands& commands) {
  auto flags = std::make_shared<ExportFlags>();
  auto& command =
      add_client_command(group, commands, "export", "Write calls as CSV or as lines of JSON, newest first",
                         "weir usage export > calls.csv\nweir usage export --format ndjson --from 24h "
                         "--status 5xx > errors.ndjson\n"
                         "weir usage export --endpoint '/v1/orders/{id}' --slower-than 1s",
                         [flags](AdminClient& client, bool) { return export_calls(*flags, client); });
  add_call_flags(command, flags->calls);
  command.add_option("--format", flags->format, "csv or ndjson")
      ->check(CLI::IsMember({"csv", "ndjson"}))
      ->capture_default_str();
  command.add_option("--limit", flags->limit, "At most so many; without it all")->check(CLI::PositiveNumber);
}

}  // namespace

void add_usage_commands(CLI::App& app, Commands& commands) {
  CLI::App& group = add_group(app, "usage", "What was called, by whom, and what became of it");
  add_summary_commands(group, commands);
  add_watch_command(group, commands);
  auto flags = std::make_shared<LogFlags>();
  auto& command = add_client_command(
      group, commands, "log", "List calls, newest first",
      "weir usage log\nweir usage log --key 7 --from 1h\nweir usage log --status 429 --user alice --json\n"
      "weir usage log --status 5xx --from 2026-11-23T10:00:00Z --to 2026-11-23T11:00:00Z\n"
      "weir usage log --endpoint '/v1/orders/{id}' --slower-than 500ms",
      [flags](AdminClient& client, bool as_json) -> Result<void> {
        WEIR_TRY_ASSIGN(filters, call_query(flags->calls, client));
        WEIR_TRY_ASSIGN(list, client.get(fmt::format("/usage?limit={}{}{}", flags->limit, filters,
                                                     query_part("cursor", flags->cursor))));
        if (as_json)
          print_json(list);
        else if (items_of(list).empty())
          print("There are no such calls.\n");
        else
          print_calls(list);
        if (!as_json) print_more(list);
        return {};
      });
  add_call_flags(command, flags->calls);
  command.add_option("--limit", flags->limit, "At most so many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command.add_option("--cursor", flags->cursor, "Go on where a list ended")->type_name("CURSOR");
  add_export_command(group, commands);
  add_usage_import_command(group, commands);
}

}  // namespace weir
