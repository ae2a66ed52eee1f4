#include "store/sql_import_store.h"

#include <fmt/format.h>

namespace weir {
namespace {

constexpr const char* kColumns = "id, name, head_bytes, head_sha256, options, created_at";

/// A row's fields as SOCI fills them.
struct ImportRow {
  long long id = 0;
  std::string name;
  long long head_bytes = 0;
  std::string head_sha256;
  std::string options;
  long long created_at = 0;

  [[nodiscard]] LogImport import() const {
    return {.id = ImportId(static_cast<ImportId::Value>(id)),
            .name = name,
            .head_bytes = static_cast<std::uint64_t>(head_bytes),
            .head_sha256 = head_sha256,
            .options = options,
            .created_at = UtcTime(Micros(created_at))};
  }
};

}  // namespace

Result<void> SqlImportStore::insert(LogImport& import, UtcTime now) {
  return session_.write([&](soci::session& sql) -> Result<void> {
    const auto head_bytes = static_cast<long long>(import.head_bytes);
    const auto at = static_cast<long long>(now.time_since_epoch().count());
    long long id = 0;
    sql << "INSERT INTO imports(name, head_bytes, head_sha256, options, created_at) "
           "VALUES(:name, :head_bytes, :head_sha256, :options, :created_at) RETURNING id",
        soci::use(import.name), soci::use(head_bytes), soci::use(import.head_sha256),
        soci::use(import.options), soci::use(at), soci::into(id);
    if (id > kImportIdMax) {
      return fail(ErrorCode::kFull,
                  fmt::format("there were {} imports, and no more can be told apart", kImportIdMax));
    }
    import.id = ImportId(static_cast<ImportId::Value>(id));
    import.created_at = now;
    return {};
  });
}

Result<LogImport> SqlImportStore::get(ImportId id) {
  return session_.read([&](soci::session& sql) -> Result<LogImport> {
    ImportRow row;
    const long long wanted = id.value();
    sql << "SELECT " << kColumns << " FROM imports WHERE id = :id", soci::use(wanted), soci::into(row.id),
        soci::into(row.name), soci::into(row.head_bytes), soci::into(row.head_sha256),
        soci::into(row.options), soci::into(row.created_at);
    if (!sql.got_data()) return fail(ErrorCode::kNotFound, fmt::format("there is no import {}", id.value()));
    return row.import();
  });
}

Result<std::optional<LogImport>> SqlImportStore::find(std::uint64_t head_bytes,
                                                      std::string_view head_sha256) {
  return session_.read([&](soci::session& sql) -> Result<std::optional<LogImport>> {
    ImportRow row;
    const auto bytes = static_cast<long long>(head_bytes);
    const std::string hash(head_sha256);
    sql << "SELECT " << kColumns << " FROM imports WHERE head_sha256 = :hash AND head_bytes = :bytes",
        soci::use(hash), soci::use(bytes), soci::into(row.id), soci::into(row.name),
        soci::into(row.head_bytes), soci::into(row.head_sha256), soci::into(row.options),
        soci::into(row.created_at);
    if (!sql.got_data()) return std::optional<LogImport>();
    return std::optional<LogImport>(row.import());
  });
}

Result<void> SqlImportStore::set_options(ImportId id, const std::string& options) {
  return session_.write([&](soci::session& sql) -> Result<void> {
    const long long wanted = id.value();
    soci::statement update = (sql.prepare << "UPDATE imports SET options = :options WHERE id = :id",
                              soci::use(options), soci::use(wanted));
    update.execute(true);
    if (update.get_affected_rows() > 0) return {};
    return fail(ErrorCode::kNotFound, fmt::format("there is no import {}", id.value()));
  });
}

Result<std::vector<LogImport>> SqlImportStore::list(ImportId after, std::size_t limit) {
  return session_.read([&](soci::session& sql) -> Result<std::vector<LogImport>> {
    std::vector<LogImport> imports;
    ImportRow row;
    const long long above = after.value();
    const auto most = static_cast<long long>(limit);
    soci::statement select =
        (sql.prepare << "SELECT " << kColumns << " FROM imports WHERE id > :after ORDER BY id LIMIT :most",
         soci::use(above), soci::use(most), soci::into(row.id), soci::into(row.name),
         soci::into(row.head_bytes), soci::into(row.head_sha256), soci::into(row.options),
         soci::into(row.created_at));
    select.execute();
    while (select.fetch()) imports.push_back(row.import());
    return imports;
  });
}

}  // namespace weir
