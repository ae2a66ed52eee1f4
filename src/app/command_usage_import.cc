#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>

#include "app/command.h"
#include "app/human.h"
#include "app/import_totals.h"
#include "app/log_file.h"
#include "app/output.h"
#include "app/progress.h"
#include "model/log_import.h"
#include "usage/access_log_guess.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr Millis kRetryPause{50};
constexpr int kRetriesMax = 1200;                // a minute in which the store takes nothing
constexpr std::size_t kSampleBytes = 64U << 10;  // to tell the format from

struct ImportFlags {
  std::string file;
  std::string format = "auto";
  std::string key;
  std::string key_field;
  std::vector<std::string> fields;
  bool whole = false;
};

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

Result<std::string> format_of(const ImportFlags& flags, std::string_view sample) {
  if (flags.format != "auto") return flags.format;
  if (const auto format = guess_access_log_format(sample)) return std::string(to_string(*format));
  return fail(ErrorCode::kInvalid,
              fmt::format("{}: its first lines are of no format that is known: say --format combined, common "
                          "or json",
                          flags.file));
}

Result<json::object> wanted_import(const ImportFlags& flags, std::string_view sample) {
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

/// Why the server goes on elsewhere than at `offset`, for people.
Error out_of_step(AdminClient& client, std::uint64_t id, std::uint64_t offset, const Error& refusal) {
  const auto state = client.get(fmt::format("/imports/{}", id));
  if (!state || !state->is_object()) return refusal;
  if (number_of(state->get_object(), "accepted_bytes") < offset) {
    return {ErrorCode::kConflict,
            "the server has less of this file than was sent (it was started anew, or another command imports "
            "the file too): import it again, it goes on where its calls end",
            false};
  }
  return {
      ErrorCode::kConflict,
      fmt::format("another command is importing this file (import {}): wait until it has ended. Nothing is "
                  "lost or counted twice",
                  id),
      false};
}

/// Sends a piece; a store that is behind is waited for.
Result<json::object> send_piece(AdminClient& client, std::uint64_t id, std::uint64_t offset,
                                std::string_view text) {
  for (int tries = 0; tries < kRetriesMax; ++tries) {
    auto answer = client.upload(fmt::format("/imports/{}/lines?offset={}", id, offset), text);
    if (!answer && answer.error().code == ErrorCode::kConflict)
      return tl::unexpected<Error>(out_of_step(client, id, offset, answer.error()));
    if (!answer) return tl::unexpected<Error>(answer.error());
    WEIR_TRY_ASSIGN(state, object_of(*answer));
    if (number_of(state, "accepted_bytes") > offset) return state;
    std::this_thread::sleep_for(kRetryPause);
  }
  return fail(ErrorCode::kTimeout, "the store takes no calls: see the server's log");
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

void print_totals(const ImportTotals& totals, std::uint64_t id, bool as_json) {
  if (as_json) {
    print_json(totals.to_json(id));
  } else {
    print(totals.to_text());
  }
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
  LogFile file(flags.file == "-" ? std::cin : stream, flags.file,
               flags.whole ? LastLine::kTaken : LastLine::kWaits);
  WEIR_TRY_ASSIGN(sample, file.head(kSampleBytes));
  if (sample.starts_with("\x1f\x8b")) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{0}: it is compressed: `zcat {0} | weir usage import -`", flags.file));
  }
  ImportTotals totals;
  if (!flags.whole && !sample.empty() && sample.size() < kSampleBytes &&
      sample.find('\n') == std::string_view::npos) {
    totals.unfinished_bytes = sample.size();
    print_totals(totals, 0, as_json);
    return {};
  }
  WEIR_TRY_ASSIGN(wanted, wanted_import(flags, sample));
  const std::string format = text_of(wanted, "format");
  WEIR_TRY_ASSIGN(state, open_import(client, std::move(wanted), sample.substr(0, kImportHeadBytes)));
  const std::uint64_t id = number_of(state, "id");
  totals.resumed_at = number_of(state, "accepted_bytes");
  WEIR_TRY(file.skip_to(totals.resumed_at));

  const SystemClock clock;
  Progress progress(size, clock);
  for (;;) {
    WEIR_TRY_ASSIGN(piece, file.next());
    if (piece.empty()) break;
    WEIR_TRY_ASSIGN(answer, send_piece(client, id, file.offset(), piece));
    WEIR_TRY(totals.add(answer));
    progress.show(file.offset() + piece.size(), fmt::format("{} calls", grouped(totals.calls)));
  }
  totals.unfinished_bytes = file.unfinished();
  WEIR_TRY(wait_until_stored(client, id));
  print_totals(totals, id, as_json);
  if (totals.resumed_at > 0 || totals.calls > 0 || totals.unreadable == 0) return {};
  return fail(
      ErrorCode::kInvalid,
      fmt::format("{}: not one line could be read as {}, and nothing is imported: import it again with "
                  "another --format, or --field to say what its fields are called",
                  flags.file, format));
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
      "when it has grown,\n"
      "and counts nothing twice. A last line without line feed may still be being written: it waits for the "
      "next time,\n"
      "unless --whole says that the file is finished. Text formats may go on with name=value fields (rt=, "
      "urt=) and the response "
      "time in seconds.",
      [flags](AdminClient& client, bool as_json) { return import_log(*flags, client, as_json); });
  command.add_option("file", flags->file, "The log; - for standard input")->required()->type_name("FILE");
  command.add_option("--format", flags->format, "combined, common or json, where it cannot be told")
      ->check(CLI::IsMember({"auto", "combined", "common", "json"}));
  command.add_flag("--whole", flags->whole,
                   "The log is finished: its last line is taken even without a line feed");
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
