#include "store/sql_settings_store.h"

namespace weir {

Result<std::optional<std::string>> SqlSettingsStore::get(std::string_view name) {
  return session_.read([&](soci::session& sql) -> Result<std::optional<std::string>> {
    const std::string wanted(name);
    std::string value;
    sql << "SELECT value FROM settings WHERE name = :name", soci::use(wanted), soci::into(value);
    if (!sql.got_data()) return std::optional<std::string>();
    return std::optional<std::string>(std::move(value));
  });
}

Result<void> SqlSettingsStore::put(std::string_view name, std::string_view value) {
  return session_.write([&](soci::session& sql) -> Result<void> {
    const std::string key(name);
    const std::string text(value);
    sql << "INSERT INTO settings(name, value) VALUES(:name, :value) "
           "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        soci::use(key), soci::use(text);
    return {};
  });
}

}  // namespace weir
