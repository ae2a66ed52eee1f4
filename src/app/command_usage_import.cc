#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>

#include "app/command.h"
#include "app/human.h"
#include "app/log_file.h"
#include "app/output.h"
#include "app/progress.h"
#include "model/log_import.h"
#include "usage/access_log.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr Millis kRetryPause{50};
constexpr int kRetriesMax = 1200;                // a minute in which the store takes nothing
constexpr std::size_t kSampleBytes = 64U << 10;  // to tell the format from
constexpr std::size_t kProblemsShown = 5;

struct ImportFlags {
  std::string file;
  std::string format = "auto";
  std::string key;
  std::string key_field;
  std::vector<std::string> fields;
};

/// What was read in this run.
struct Totals {
  std::uint64_t calls = 0;
  std::uint64_t unreadable = 0;
  std::uint64_t without_key = 0;
  std::uint64_t unknown_keys = 0;
  std::vector<std::string> problems;
};

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

/// The first format that reads the sample's first line.
Result<std::string> format_of(const ImportFlags& flags, std::string_view sample) {
  if (flags.format != "auto") return flags.format;
  if (sample.empty()) return fail(ErrorCode::kInvalid, flags.file + ": the file is empty");
  const std::string_view line = sample.substr(0, sample.find('\n'));
  for (const auto format : {AccessLogFormat::kJson, AccessLogFormat::kCombined, AccessLogFormat::kCommon}) {
    if (make_access_log_parser({.format = format, .key_field = {}, .names = {}})->parse(line)) {
      return std::string(to_string(format));
    }
  }
  if (line.starts_with('{')) return std::string("json");  // with names of its own
  return fail(
      ErrorCode::kInvalid,
      fmt::format("{}: its first line is of no format that is known: say --format combined, common or json",
                  flags.file));
}

Result<json::object> wanted_import(const ImportFlags& flags, std::string_view sample) {
  if (sample.starts_with("\x1f\x8b")) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{0}: it is compressed: `zcat {0} | weir usage import -`", flags.file));
  }
  WEIR_TRY_ASSIGN(format, format_of(flags, sample));
  json::object wanted{
      {"name", flags.file == "-" ? "standard input" : std::filesystem::path(flags.file).filename().string()},
      {"format", format}};
  if (!flags.key.empty()) {
    std::uint32_t id = 0;
    if (!CLI::detail::lexical_cast(flags.key, id)) {
      return fail(ErrorCode::kInvalid, fmt::format("--key must be a key's id, but is '{}'", flags.key));
    }
    wanted["key_id"] = id;
  }
  if (!flags.key_field.empty()) wanted["key_field"] = flags.key_field;
  json::object fields;
  for (const std::string& field : flags.fields) {
    const auto mark = field.find('=');
    if (mark == std::string::npos) {
      return fail(ErrorCode::kInvalid, fmt::format("--field must be like time=NAME, but is '{}'", field));
    }
    fields[field.substr(0, mark)] = field.substr(mark + 1);
  }
  if (!fields.empty()) wanted["fields"] = std::move(fields);
  return wanted;
}

Result<json::object> object_of(const json::value& value) {
  if (value.is_object()) return value.get_object();
  return fail(ErrorCode::kInternal,
              "the server's answer has not the shape it should: is it a weir of this version?");
}

/// The import of this file, known by how it begins, or a new one. A file that has grown since has more of a
/// beginning now than the server knows.
Result<json::object> open_import(AdminClient& client, json::object wanted, std::string_view head) {
  std::string cursor;
  do {
    WEIR_TRY_ASSIGN(page, client.get("/imports?limit=1000" + (cursor.empty() ? "" : "&cursor=" + cursor)));
    for (const auto& item : items_of(page)) {
      const std::uint64_t bytes = number_of(item, "head_bytes");
      if (bytes <= head.size() && sha256_hex(head.substr(0, bytes)) == text_of(item, "head_sha256")) {
        head = head.substr(0, bytes);
      }
    }
    WEIR_TRY_ASSIGN(fields, object_of(page));
    cursor = text_of(fields, "next_cursor");
  } while (!cursor.empty());
  wanted["head_bytes"] = head.size();
  wanted["head_sha256"] = sha256_hex(head);
  WEIR_TRY_ASSIGN(state, client.send("POST", "/imports", wanted));
  return object_of(state);
}

/// Sends a piece; a store that is behind is waited for.
Result<json::object> send_piece(AdminClient& client, std::uint64_t id, std::uint64_t offset,
                                std::string_view text) {
  for (int tries = 0; tries < kRetriesMax; ++tries) {
    WEIR_TRY_ASSIGN(answer, client.upload(fmt::format("/imports/{}/lines?offset={}", id, offset), text));
    WEIR_TRY_ASSIGN(state, object_of(answer));
    if (number_of(state, "accepted_bytes") > offset) return state;
    std::this_thread::sleep_for(kRetryPause);
  }
  return fail(ErrorCode::kTimeout, "the store takes no calls: see the server's log");
}

Result<void> add(const json::object& answer, Totals& totals) {
  const auto* value = answer.if_contains("report");
  WEIR_TRY_ASSIGN(report, object_of(value == nullptr ? json::value() : *value));
  totals.calls += number_of(report, "calls");
  totals.unreadable += number_of(report, "unreadable");
  totals.without_key += number_of(report, "without_key");
  totals.unknown_keys += number_of(report, "unknown_keys");
  const auto* problems = report.if_contains("problems");
  if (problems == nullptr || !problems->is_array()) return {};
  for (const auto& problem : problems->get_array()) {
    if (totals.problems.size() == kProblemsShown) break;
    WEIR_TRY_ASSIGN(fields, object_of(problem));
    totals.problems.push_back(
        fmt::format("the line at byte {}: {}", number_of(fields, "offset"), text_of(fields, "reason")));
  }
  return {};
}

Result<void> wait_until_stored(AdminClient& client, std::uint64_t id) {
  for (int tries = 0; tries < kRetriesMax * 10; ++tries) {
    WEIR_TRY_ASSIGN(answer, client.get(fmt::format("/imports/{}", id)));
    WEIR_TRY_ASSIGN(state, object_of(answer));
    if (flag_of(state, "settled", false)) return {};
    std::this_thread::sleep_for(kRetryPause);
  }
  return fail(ErrorCode::kTimeout,
              "the calls are accepted, but the store is late with them: see the server's log");
}

void print_totals(const Totals& totals, std::uint64_t before) {
  if (before > 0)
    print(fmt::format("Went on at byte {}: what is before it was imported already.\n", grouped(before)));
  print(fmt::format("{} calls are imported.\n", grouped(totals.calls)));
  if (totals.without_key > 0)
    print(fmt::format("{} of them belong to no key.\n", grouped(totals.without_key)));
  if (totals.unknown_keys > 0) {
    print(fmt::format("{} of them name a key there is not: they are under no key.\n",
                      grouped(totals.unknown_keys)));
  }
  if (totals.unreadable == 0) return;
  print(fmt::format("{} lines could not be read and were passed over:\n", grouped(totals.unreadable)));
  for (const std::string& problem : totals.problems) print("  " + problem + "\n");
}

Result<void> import_log(const ImportFlags& flags, AdminClient& client, bool as_json) {
  std::ifstream stream;
  std::uint64_t size = 0;
  if (flags.file != "-") {
    stream.open(flags.file, std::ios::binary);
    if (!stream) return fail_errno(fmt::format("open '{}'", flags.file), errno);
    std::error_code unknown;
    size = std::filesystem::file_size(flags.file, unknown);
    if (unknown) size = 0;
  }
  LogFile file(flags.file == "-" ? std::cin : stream, flags.file);
  WEIR_TRY_ASSIGN(sample, file.head(kSampleBytes));
  WEIR_TRY_ASSIGN(wanted, wanted_import(flags, sample));
  WEIR_TRY_ASSIGN(state, open_import(client, std::move(wanted), sample.substr(0, kImportHeadBytes)));
  const std::uint64_t id = number_of(state, "id");
  const std::uint64_t before = number_of(state, "accepted_bytes");
  WEIR_TRY(file.skip_to(before));

  const SystemClock clock;
  Progress progress(size, clock);
  Totals totals;
  for (;;) {
    WEIR_TRY_ASSIGN(piece, file.next());
    if (piece.empty()) break;
    WEIR_TRY_ASSIGN(answer, send_piece(client, id, file.offset(), piece));
    WEIR_TRY(add(answer, totals));
    progress.show(file.offset() + piece.size(), fmt::format("{} calls", grouped(totals.calls)));
  }
  WEIR_TRY(wait_until_stored(client, id));
  if (as_json) {
    print_json(json::object{{"import_id", id},
                            {"resumed_at", before},
                            {"calls", totals.calls},
                            {"unreadable", totals.unreadable},
                            {"without_key", totals.without_key},
                            {"unknown_keys", totals.unknown_keys}});
  } else {
    print_totals(totals, before);
  }
  return {};
}

}  // namespace

void add_usage_import_command(CLI::App& usage, Commands& commands) {
  auto flags = std::make_shared<ImportFlags>();
  auto& command = add_client_command(
      usage, commands, "import", "Take over the access log of another server: history from before weir",
      "weir usage import /var/log/nginx/access.log\n"
      "weir usage import access.log --key 7\n"
      "weir usage import caddy.json --key-field request.headers.X-Api-Key\n"
      "zcat access.log.*.gz | weir usage import - --format combined\n"
      "A log is known by its first 4,096 bytes: importing it again goes on where it ended, after a crash or "
      "when "
      "it has grown,\n"
      "and counts nothing twice. Text formats may go on with name=value fields (rt=, urt=) and the response "
      "time in seconds.",
      [flags](AdminClient& client, bool as_json) { return import_log(*flags, client, as_json); });
  command.add_option("file", flags->file, "The log; - for standard input")->required()->type_name("FILE");
  command.add_option("--format", flags->format, "combined, common or json, where it cannot be told")
      ->check(CLI::IsMember({"auto", "combined", "common", "json"}));
  auto* key = command.add_option("--key", flags->key, "Whose calls all of them are, by id")->type_name("ID");
  command
      .add_option("--key-field", flags->key_field,
                  "Field with the key or its id: user, a name=value field, or a JSON name with dots")
      ->type_name("NAME")
      ->excludes(key);
  command
      .add_option(
          "--field", flags->fields,
          "In JSON: what time, method, uri, status, bytes, duration, upstream_time or client is called")
      ->type_name("FIELD=NAME");
}

}  // namespace weir
