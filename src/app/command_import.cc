#include <filesystem>
#include <fstream>
#include <iostream>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/human.h"
#include "app/import_reader.h"
#include "app/key_flags.h"
#include "app/output.h"
#include "app/progress.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr std::size_t kBatch = 1000;  // keys a call: all of them or none

struct ImportFlags {
  std::string file;
  std::string format = "auto";
  std::string user;
  bool dry_run = false;
};

Result<ImportFormat> format_of(const ImportFlags& flags, std::istream& input) {
  if (flags.format == "csv") return ImportFormat::kCsv;
  if (flags.format == "ndjson") return ImportFormat::kNdjson;
  const int first = input.peek();
  if (first == std::istream::traits_type::eof())
    return fail(ErrorCode::kInvalid, flags.file + ": the file is empty");
  const char beginning = static_cast<char>(first);
  return detect_import_format({&beginning, 1});
}

/// Fields the file leaves out, from the flags.
void complete(json::array& batch, const ImportFlags& flags) {
  for (auto& item : batch) {
    auto& object = item.as_object();
    if (!flags.user.empty() && !object.contains("user") && !object.contains("user_id")) {
      add_user_field(object, flags.user);
    }
  }
}

Result<void> import_keys(const ImportFlags& flags, AdminClient& client, bool as_json) {
  std::ifstream file;
  std::uint64_t size = 0;
  if (flags.file != "-") {
    file.open(flags.file, std::ios::binary);
    if (!file) return fail_errno(fmt::format("open '{}'", flags.file), errno);
    std::error_code unknown;
    size = std::filesystem::file_size(flags.file, unknown);
    if (unknown) size = 0;
  }
  std::istream& input = flags.file == "-" ? std::cin : file;
  WEIR_TRY_ASSIGN(format, format_of(flags, input));
  ImportReader reader(input, flags.file, format);
  const SystemClock clock;
  Progress progress(size, clock);
  std::uint64_t done = 0;
  for (;;) {
    auto batch = reader.next(kBatch);
    if (batch && batch->empty()) break;
    const auto stopped = [&](const Error& error) {
      return fail(error.code, fmt::format("{} ({} keys are imported, of those after them none)",
                                          reader.with_line(error.detail), grouped(done)));
    };
    if (!batch) return stopped(batch.error());
    const std::size_t count = batch->size();
    complete(*batch, flags);
    if (!flags.dry_run) {
      const auto sent = client.send("POST", "/keys/import", json::object{{"items", *std::move(batch)}});
      if (!sent) return stopped(sent.error());
    }
    done += count;
    progress.show(reader.bytes_read(), fmt::format("{} keys", grouped(done)));
  }
  if (as_json)
    print_json(json::object{{"imported", flags.dry_run ? 0 : done}, {"read", done}});
  else
    print(fmt::format("{} keys are {}.\n", grouped(done),
                      flags.dry_run ? "good to import" : "imported and in force"));
  return {};
}

}  // namespace

void add_key_import_command(CLI::App& keys, Commands& commands) {
  auto flags = std::make_shared<ImportFlags>();
  auto& command = add_client_command(
      keys, commands, "import", "Take over keys there are already, of any format",
      "weir keys import keys.csv\nweir keys import keys.ndjson --user legacy\nzcat keys.csv.gz | weir keys "
      "import -\n"
      "A CSV file begins with its column names: "
      "key,name,user,user_id,description,expires_at,plan,is_active.\n"
      "NDJSON is one object a line, with the fields of the API. Batches of 1,000 are taken whole or not at "
      "all.",
      [flags](AdminClient& client, bool as_json) { return import_keys(*flags, client, as_json); });
  command.add_option("file", flags->file, "CSV or NDJSON; - for standard input")
      ->required()
      ->type_name("FILE");
  command.add_option("--format", flags->format, "csv or ndjson, where it cannot be told")
      ->check(CLI::IsMember({"auto", "csv", "ndjson"}));
  command.add_option("--user", flags->user, "The owner of keys that name none")->type_name("USER");
  command.add_flag("--dry-run", flags->dry_run, "Read the file and change nothing");
}

}  // namespace weir
