#include "store/sql_audit_store.h"

#include <fmt/format.h>

namespace weir {
namespace {

constexpr std::size_t kPageMax = 1000;

long long micros(UtcTime time) {
  return time.time_since_epoch().count();
}

/// A row's fields as SOCI moves them. The way and the role are stored by name.
struct AuditRow {
  long long id = 0;
  long long at = 0;
  long long token_id = 0;
  std::string actor;
  std::string role;
  std::string via;
  std::string source;
  std::string request_id;
  std::string action;
  std::string subject_type;
  std::string subject_id;
  std::string before;
  std::string after;

  [[nodiscard]] static AuditRow of(const AuditEntry& entry) {
    const auto& [id, at, actor, change] = entry;
    return {.id = static_cast<long long>(id),
            .at = micros(at),
            .token_id = actor.token.value(),
            .actor = actor.name,
            .role = std::string(to_string(actor.role)),
            .via = std::string(to_string(actor.via)),
            .source = actor.source.to_string(),
            .request_id = actor.request_id,
            .action = change.action,
            .subject_type = change.subject_type,
            .subject_id = change.subject_id,
            .before = change.before,
            .after = change.after};
  }

  [[nodiscard]] Result<AuditEntry> entry() const {
    AuditEntry out;
    out.id = static_cast<std::uint64_t>(id);
    out.at = UtcTime(Micros(at));
    const auto known_role = parse_role(role);
    const auto known_via = parse_via(via);
    const auto address = source.empty() ? Result<IpAddress>(IpAddress{}) : IpAddress::parse(source);
    if (!known_role || !known_via || !address)
      return fail(ErrorCode::kCorrupt, fmt::format("entry {} of the audit log cannot be read", id));
    out.actor = {
        TokenId(static_cast<TokenId::Value>(token_id)), actor, *known_role, *known_via, *address, request_id};
    out.change = {action, subject_type, subject_id, before, after};
    return out;
  }
};

/// The WHERE clause of a filter; texts are bound in the order they are asked for.
std::string where_of(const AuditFilter& filter) {
  std::string where = "1 = 1";
  if (filter.before_id != 0) where += fmt::format(" AND id < {}", filter.before_id);
  if (filter.from) where += fmt::format(" AND at >= {}", micros(*filter.from));
  if (filter.to) where += fmt::format(" AND at < {}", micros(*filter.to));
  if (filter.actor) where += " AND actor = :actor";
  if (filter.action) where += " AND action = :action";
  if (filter.subject_type) where += " AND subject_type = :subject_type";
  if (filter.subject_id) where += " AND subject_id = :subject_id";
  return where;
}

}  // namespace

Result<void> SqlAuditStore::append(AuditEntry& entry) {
  return session_.write([&](soci::session& sql) -> Result<void> {
    using soci::use;
    const AuditRow row = AuditRow::of(entry);
    long long id = 0;
    sql << "INSERT INTO audit_log(at, token_id, actor, role, via, source, request_id, action, subject_type, "
           "subject_id, before_json, after_json) "
           "VALUES(:a, :b, :c, :d, :e, :f, :g, :h, :i, :j, :k, :l) RETURNING id",
        use(row.at), use(row.token_id), use(row.actor), use(row.role), use(row.via), use(row.source),
        use(row.request_id), use(row.action), use(row.subject_type), use(row.subject_id), use(row.before),
        use(row.after), soci::into(id);
    entry.id = static_cast<std::uint64_t>(id);
    return {};
  });
}

Result<std::vector<AuditEntry>> SqlAuditStore::list(const AuditFilter& filter) {
  if (filter.limit < 1 || filter.limit > kPageMax)
    return fail(ErrorCode::kInvalid, fmt::format("limit: 1 to {}, not {}", kPageMax, filter.limit));
  return session_.read([&](soci::session& sql) -> Result<std::vector<AuditEntry>> {
    using soci::into;
    AuditRow row;
    soci::statement select(sql);
    for (const auto* text : {&filter.actor, &filter.action, &filter.subject_type, &filter.subject_id}) {
      if (*text) select.exchange(soci::use(**text));
    }
    for (auto* number : {&row.id, &row.at, &row.token_id}) select.exchange(into(*number));
    for (auto* text : {&row.actor, &row.role, &row.via, &row.source, &row.request_id, &row.action,
                       &row.subject_type, &row.subject_id, &row.before, &row.after}) {
      select.exchange(into(*text));
    }
    select.alloc();
    select.prepare(
        fmt::format("SELECT id, at, token_id, actor, role, via, source, request_id, action, "
                    "subject_type, subject_id, before_json, after_json FROM audit_log WHERE {} "
                    "ORDER BY id DESC LIMIT {}",
                    where_of(filter), filter.limit));
    select.define_and_bind();
    select.execute();
    std::vector<AuditEntry> entries;
    while (select.fetch()) {
      WEIR_TRY_ASSIGN(entry, row.entry());
      entries.push_back(std::move(entry));
    }
    return entries;
  });
}

Result<std::size_t> SqlAuditStore::remove_before(UtcTime time, std::size_t most) {
  return session_.write([&](soci::session& sql) -> Result<std::size_t> {
    const long long before = micros(time);
    const auto limit = static_cast<long long>(most);
    soci::statement forget((sql.prepare << "DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log "
                                           "WHERE at < :before ORDER BY at LIMIT :most)",
                            soci::use(before), soci::use(limit)));
    forget.execute(true);
    return static_cast<std::size_t>(forget.get_affected_rows());
  });
}

}  // namespace weir
