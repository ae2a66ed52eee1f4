#include "store/sql_user_store.h"

#include <fmt/format.h>

#include "store/sql_names.h"

namespace weir {
namespace {

constexpr const char* kColumns = "id, name, email, is_active, created_at, updated_at";

long long micros(UtcTime time) {
  return time.time_since_epoch().count();
}

/// A row's fields as SOCI fills them.
struct UserRow {
  long long id = 0;
  std::string name;
  std::string email;
  int is_active = 0;
  long long created_at = 0;
  long long updated_at = 0;

  [[nodiscard]] User user() const {
    return {.id = UserId(static_cast<UserId::Value>(id)),
            .name = name,
            .email = email,
            .is_active = is_active != 0,
            .created_at = UtcTime(Micros(created_at)),
            .updated_at = UtcTime(Micros(updated_at))};
  }
};

tl::unexpected<Error> not_found(UserId id) {
  return fail(ErrorCode::kNotFound, fmt::format("there is no user {}", id.value()));
}

Result<void> explain_conflict(Result<void> result, const User& user) {
  if (!result && result.error().code == ErrorCode::kConflict) {
    result.error().detail = fmt::format("name: there is a user '{}' already", user.name);
  }
  return result;
}

}  // namespace

Result<void> SqlUserStore::insert(User& user, UtcTime now) {
  return explain_conflict(session_.write([&](soci::session& sql) -> Result<void> {
    const int is_active = user.is_active ? 1 : 0;
    const long long at = micros(now);
    long long id = 0;
    sql << "INSERT INTO users(name, email, is_active, created_at, updated_at) "
           "VALUES(:name, :email, :is_active, :created_at, :updated_at) RETURNING id",
        soci::use(user.name), soci::use(user.email), soci::use(is_active), soci::use(at), soci::use(at),
        soci::into(id);
    user.id = UserId(static_cast<UserId::Value>(id));
    user.created_at = user.updated_at = now;
    return {};
  }),
                          user);
}

Result<User> SqlUserStore::get(UserId id) {
  return session_.read([&](soci::session& sql) -> Result<User> {
    UserRow row;
    const long long wanted = id.value();
    sql << "SELECT " << kColumns << " FROM users WHERE id = :id", soci::use(wanted), soci::into(row.id),
        soci::into(row.name), soci::into(row.email), soci::into(row.is_active), soci::into(row.created_at),
        soci::into(row.updated_at);
    if (!sql.got_data()) return not_found(id);
    return row.user();
  });
}

Result<User> SqlUserStore::find_by_name(std::string_view name) {
  return session_.read([&](soci::session& sql) -> Result<User> {
    UserRow row;
    const std::string wanted(name);
    sql << "SELECT " << kColumns << " FROM users WHERE name = :name", soci::use(wanted), soci::into(row.id),
        soci::into(row.name), soci::into(row.email), soci::into(row.is_active), soci::into(row.created_at),
        soci::into(row.updated_at);
    if (!sql.got_data()) return fail(ErrorCode::kNotFound, fmt::format("there is no user '{}'", name));
    return row.user();
  });
}

Result<std::vector<User>> SqlUserStore::list(UserId after, std::size_t limit) {
  return session_.read([&](soci::session& sql) -> Result<std::vector<User>> {
    std::vector<User> users;
    UserRow row;
    const long long above = after.value();
    const auto most = static_cast<long long>(limit);
    soci::statement select =
        (sql.prepare << "SELECT " << kColumns << " FROM users WHERE id > :after ORDER BY id LIMIT :most",
         soci::use(above), soci::use(most), soci::into(row.id), soci::into(row.name), soci::into(row.email),
         soci::into(row.is_active), soci::into(row.created_at), soci::into(row.updated_at));
    select.execute();
    while (select.fetch()) users.push_back(row.user());
    return users;
  });
}

Result<void> SqlUserStore::update(User& user, UtcTime now) {
  return explain_conflict(session_.write([&](soci::session& sql) -> Result<void> {
    const int is_active = user.is_active ? 1 : 0;
    const long long id = user.id.value();
    const long long at = micros(now);
    soci::statement change =
        (sql.prepare << "UPDATE users SET name = :name, email = :email, is_active = :is_active, "
                        "updated_at = :updated_at WHERE id = :id",
         soci::use(user.name), soci::use(user.email), soci::use(is_active), soci::use(at), soci::use(id));
    change.execute(true);
    if (change.get_affected_rows() == 0) return not_found(user.id);
    user.updated_at = now;
    return {};
  }),
                          user);
}

Result<std::vector<std::string>> SqlUserStore::names(std::span<const UserId> ids) {
  return session_.read(
      [&](soci::session& sql) { return select_names(sql, "SELECT name FROM users WHERE id = :id", ids); });
}

}  // namespace weir
