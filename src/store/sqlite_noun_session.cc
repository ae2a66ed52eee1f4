#include "store/sqlite_noun_session.h"

#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "store/noun_schema.h"
#include "store/sqlite_connection.h"

namespace weir {
namespace {

Error classify(const soci::soci_error& error, const std::string& path) {
  if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error)) {
    return sqlite_error(sqlite->result(), sqlite->get_error_message(), path);
  }
  return {ErrorCode::kInternal, fmt::format("'{}': {}", path, error.get_error_message()), false};
}

/// SOCI reads `key=value` pairs; a quoted value may hold spaces, a doubled quote stands for one.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char character : text) {
    if (character == '"') out += '"';
    out += character;
  }
  return out + '"';
}

}  // namespace

Result<std::unique_ptr<NounSession>> open_sqlite_noun_session(const std::filesystem::path& path) {
  NounDialect dialect{
      .begin = "BEGIN IMMEDIATE",
      .classify = [name = path.string()](const soci::soci_error& error) { return classify(error, name); }};
  try {
    auto session = std::make_unique<soci::session>(
        soci::sqlite3, fmt::format("dbname={} timeout={}", quoted(path.string()), kSqliteBusyMillis / 1000));
    *session << kNounSettings;
    return std::make_unique<NounSession>(std::move(session), std::move(dialect));
  } catch (const soci::soci_error& error) {
    return tl::unexpected<Error>(classify(error, path.string()));
  }
}

}  // namespace weir
