#include "store/sqlite_outbox_store.h"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "store/notification_json.h"
#include "store/noun_schema.h"
#include "store/sqlite_outbox_events.h"

namespace weir {
namespace {

constexpr std::size_t kListMax = 1000;
constexpr const char* kColumns = "id, channel, state, tries, next_attempt_at, created_at, ended_at, message";

std::int64_t micros(UtcTime time) {
  return time.time_since_epoch().count();
}

UtcTime utc(std::int64_t micros_since_epoch) {
  return UtcTime(Micros(micros_since_epoch));
}

std::int64_t signed_id(std::uint64_t id) {
  return static_cast<std::int64_t>(id);
}

Result<Delivery> read_delivery(const SqliteStatement& row) {
  Delivery delivery;
  delivery.id = DeliveryId(static_cast<std::uint64_t>(row.column_int(0)));
  delivery.channel = row.column_text(1);
  delivery.state = static_cast<DeliveryState>(std::clamp<std::int64_t>(row.column_int(2), 0, 2));
  delivery.tries = static_cast<std::uint32_t>(row.column_int(3));
  delivery.next_attempt_at = utc(row.column_int(4));
  delivery.created_at = utc(row.column_int(5));
  if (!row.is_null(6)) delivery.ended_at = utc(row.column_int(6));
  WEIR_TRY_ASSIGN(message, parse_message(row.column_text(7)));
  delivery.message = std::move(message);
  return delivery;
}

Result<std::vector<Delivery>> read_deliveries(SqliteStatement& select) {
  std::vector<Delivery> deliveries;
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, select.step());
    if (!has_row) return deliveries;
    WEIR_TRY_ASSIGN(delivery, read_delivery(select));
    deliveries.push_back(std::move(delivery));
  }
}

void bind_ended_at(SqliteStatement& statement, int parameter, const std::optional<UtcTime>& ended_at) {
  if (ended_at)
    statement.bind(parameter, micros(*ended_at));
  else
    statement.bind_null(parameter);
}

tl::unexpected<Error> not_found(DeliveryId id) {
  return fail(ErrorCode::kNotFound, fmt::format("there is no delivery {}", id.value()));
}

}  // namespace

Result<std::unique_ptr<SqliteOutboxStore>> SqliteOutboxStore::open(const std::filesystem::path& path) {
  WEIR_TRY_ASSIGN(connection, SqliteConnection::open(path, SqliteAccess::kReadWrite));
  WEIR_TRY(connection.execute(kNounSettings));
  return std::unique_ptr<SqliteOutboxStore>(new SqliteOutboxStore(std::move(connection)));
}

Result<void> SqliteOutboxStore::append(std::span<const OutboxEvent> events) {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection_, SqliteAccess::kReadWrite));
  WEIR_TRY(append_outbox_events(connection_, events));
  return transaction.commit();
}

Result<std::vector<OutboxEvent>> SqliteOutboxStore::events(std::uint64_t after, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(select, connection_.prepare("SELECT id, event FROM outbox_events WHERE id > ?1 "
                                              "ORDER BY id LIMIT ?2"));
  select.bind(1, signed_id(after));
  select.bind(2, static_cast<std::int64_t>(limit));
  std::vector<OutboxEvent> events;
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, select.step());
    if (!has_row) return events;
    WEIR_TRY_ASSIGN(event, parse_outbox_event(select.column_text(1)));
    event.id = static_cast<std::uint64_t>(select.column_int(0));
    events.push_back(std::move(event));
  }
}

Result<std::vector<NotifyGroupRow>> SqliteOutboxStore::groups() {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(select,
                  connection_.prepare("SELECT name, told_through, state FROM notify_groups ORDER BY name"));
  std::vector<NotifyGroupRow> groups;
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, select.step());
    if (!has_row) return groups;
    groups.push_back({.name = std::string(select.column_text(0)),
                      .told_through = static_cast<std::uint64_t>(select.column_int(1)),
                      .state = std::string(select.column_text(2))});
  }
}

Result<void> SqliteOutboxStore::commit(OutboxStep& step) {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection_, SqliteAccess::kReadWrite));
  for (Delivery& delivery : step.deliveries) {
    WEIR_TRY(insert(delivery));
    for (const auto& attempt : delivery.attempts) WEIR_TRY(add_attempt(delivery.id, attempt));
  }
  WEIR_TRY_ASSIGN(put,
                  connection_.prepare("INSERT INTO notify_groups VALUES(?1, ?2, ?3) ON CONFLICT(name) DO "
                                      "UPDATE SET told_through = excluded.told_through, "
                                      "state = excluded.state"));
  for (const NotifyGroupRow& group : step.groups) {
    put.bind_text(1, group.name);
    put.bind(2, signed_id(group.told_through));
    put.bind_text(3, group.state);
    WEIR_TRY(put.run());
  }
  WEIR_TRY_ASSIGN(forget, connection_.prepare("DELETE FROM notify_groups WHERE name = ?1"));
  for (const std::string& name : step.forgotten_groups) {
    forget.bind_text(1, name);
    WEIR_TRY(forget.run());
  }
  WEIR_TRY_ASSIGN(done, connection_.prepare("DELETE FROM outbox_events WHERE id <= ?1"));
  done.bind(1, signed_id(step.done_through));
  WEIR_TRY(done.run());
  return transaction.commit();
}

Result<void> SqliteOutboxStore::insert(Delivery& delivery) {
  WEIR_TRY_ASSIGN(insert, connection_.prepare("INSERT INTO deliveries(channel, type, state, tries, "
                                              "next_attempt_at, created_at, ended_at, message) "
                                              "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id"));
  const std::string message = boost::json::serialize(to_json(delivery.message));
  insert.bind_text(1, delivery.channel);
  insert.bind_text(2, delivery.message.type);
  insert.bind(3, static_cast<std::int64_t>(delivery.state));
  insert.bind(4, delivery.tries);
  insert.bind(5, micros(delivery.next_attempt_at));
  insert.bind(6, micros(delivery.created_at));
  bind_ended_at(insert, 7, delivery.ended_at);
  insert.bind_text(8, message);
  WEIR_TRY_ASSIGN(has_row, insert.step());
  if (!has_row) return fail(ErrorCode::kInternal, "a delivery was stored without an id");
  delivery.id = DeliveryId(static_cast<std::uint64_t>(insert.column_int(0)));
  WEIR_TRY(insert.step());
  return {};
}

Result<void> SqliteOutboxStore::update(const Delivery& delivery) {
  WEIR_TRY_ASSIGN(change, connection_.prepare("UPDATE deliveries SET state = ?2, tries = ?3, "
                                              "next_attempt_at = ?4, ended_at = ?5 WHERE id = ?1"));
  change.bind(1, signed_id(delivery.id.value()));
  change.bind(2, static_cast<std::int64_t>(delivery.state));
  change.bind(3, delivery.tries);
  change.bind(4, micros(delivery.next_attempt_at));
  bind_ended_at(change, 5, delivery.ended_at);
  WEIR_TRY(change.run());
  if (connection_.changes() == 0) return not_found(delivery.id);
  return {};
}

Result<void> SqliteOutboxStore::add_attempt(DeliveryId id, const DeliveryAttempt& attempt) {
  WEIR_TRY_ASSIGN(insert,
                  connection_.prepare("INSERT INTO delivery_attempts VALUES(?1, ?2, ?3, ?4, ?5, ?6)"));
  insert.bind(1, signed_id(id.value()));
  insert.bind(2, micros(attempt.at));
  insert.bind(3, attempt.took.count());
  insert.bind(4, attempt.delivered ? 1 : 0);
  insert.bind(5, attempt.status_code);
  insert.bind_text(6, attempt.detail);
  WEIR_TRY(insert.run());
  WEIR_TRY_ASSIGN(trim,
                  connection_.prepare("DELETE FROM delivery_attempts WHERE delivery_id = ?1 AND rowid <= "
                                      "(SELECT rowid FROM delivery_attempts WHERE delivery_id = ?1 "
                                      "ORDER BY rowid DESC LIMIT 1 OFFSET ?2)"));
  trim.bind(1, signed_id(id.value()));
  trim.bind(2, static_cast<std::int64_t>(kAttemptsKept));
  return trim.run();
}

Result<std::vector<Delivery>> SqliteOutboxStore::due(std::string_view channel, UtcTime now,
                                                     std::size_t limit) {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(select, connection_.prepare(
                              fmt::format("SELECT {} FROM deliveries WHERE state = 0 AND channel = ?1 AND "
                                          "next_attempt_at <= ?2 ORDER BY next_attempt_at, id LIMIT ?3",
                                          kColumns)));
  select.bind_text(1, channel);
  select.bind(2, micros(now));
  select.bind(3, static_cast<std::int64_t>(limit));
  return read_deliveries(select);
}

Result<std::optional<UtcTime>> SqliteOutboxStore::next_due() {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(select, connection_.prepare("SELECT min(next_attempt_at) FROM deliveries WHERE state = 0"));
  WEIR_TRY_ASSIGN(has_row, select.step());
  if (!has_row || select.is_null(0)) return std::optional<UtcTime>();
  return std::optional<UtcTime>(utc(select.column_int(0)));
}

Result<void> SqliteOutboxStore::record(const Delivery& delivery, const DeliveryAttempt& attempt) {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection_, SqliteAccess::kReadWrite));
  WEIR_TRY(update(delivery));
  WEIR_TRY(add_attempt(delivery.id, attempt));
  return transaction.commit();
}

Result<void> SqliteOutboxStore::load_attempts(Delivery& delivery) {
  WEIR_TRY_ASSIGN(select, connection_.prepare("SELECT at, took, delivered, status_code, detail FROM "
                                              "delivery_attempts WHERE delivery_id = ?1 ORDER BY rowid"));
  select.bind(1, signed_id(delivery.id.value()));
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, select.step());
    if (!has_row) return {};
    delivery.attempts.push_back({.at = utc(select.column_int(0)),
                                 .took = Micros(select.column_int(1)),
                                 .delivered = select.column_int(2) != 0,
                                 .status_code = static_cast<std::uint16_t>(select.column_int(3)),
                                 .detail = std::string(select.column_text(4))});
  }
}

Result<Delivery> SqliteOutboxStore::find(DeliveryId id) {
  WEIR_TRY_ASSIGN(select,
                  connection_.prepare(fmt::format("SELECT {} FROM deliveries WHERE id = ?1", kColumns)));
  select.bind(1, signed_id(id.value()));
  WEIR_TRY_ASSIGN(found, read_deliveries(select));
  if (found.empty()) return not_found(id);
  WEIR_TRY(load_attempts(found.front()));
  return std::move(found.front());
}

Result<Delivery> SqliteOutboxStore::get(DeliveryId id) {
  const std::lock_guard lock(mutex_);
  return find(id);
}

Result<std::vector<Delivery>> SqliteOutboxStore::list(const DeliveryFilter& filter) {
  const std::lock_guard lock(mutex_);
  std::string sql = fmt::format("SELECT {} FROM deliveries WHERE (?1 = 0 OR id < ?1)", kColumns);
  if (filter.channel) sql += " AND channel = ?2";
  if (filter.state) sql += " AND state = ?3";
  if (filter.type) sql += " AND type = ?4";
  WEIR_TRY_ASSIGN(select, connection_.prepare(sql + " ORDER BY id DESC LIMIT ?5"));
  select.bind(1, signed_id(filter.before.value()));
  if (filter.channel) select.bind_text(2, *filter.channel);
  if (filter.state) select.bind(3, static_cast<std::int64_t>(*filter.state));
  if (filter.type) select.bind_text(4, *filter.type);
  select.bind(5, static_cast<std::int64_t>(std::min(filter.limit, kListMax)));
  WEIR_TRY_ASSIGN(deliveries, read_deliveries(select));
  for (Delivery& delivery : deliveries) WEIR_TRY(load_attempts(delivery));
  return deliveries;
}

Result<Delivery> SqliteOutboxStore::resend(DeliveryId id, UtcTime now) {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection_, SqliteAccess::kReadWrite));
  WEIR_TRY_ASSIGN(delivery, find(id));
  if (delivery.state == DeliveryState::kPending) {
    return fail(ErrorCode::kConflict, fmt::format("delivery {} is pending: it is tried again at {}",
                                                  id.value(), to_rfc3339(delivery.next_attempt_at)));
  }
  delivery.state = DeliveryState::kPending;
  delivery.tries = 0;
  delivery.next_attempt_at = now;
  delivery.ended_at.reset();
  WEIR_TRY(update(delivery));
  WEIR_TRY(transaction.commit());
  return delivery;
}

Result<std::size_t> SqliteOutboxStore::prune(UtcTime before, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection_, SqliteAccess::kReadWrite));
  WEIR_TRY_ASSIGN(remove, connection_.prepare("DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries "
                                              "WHERE ended_at < ?1 ORDER BY ended_at LIMIT ?2)"));
  remove.bind(1, micros(before));
  remove.bind(2, static_cast<std::int64_t>(limit));
  WEIR_TRY(remove.run());
  const auto removed = static_cast<std::size_t>(connection_.changes());
  WEIR_TRY(transaction.commit());
  return removed;
}

Result<std::map<std::string, std::uint64_t>> SqliteOutboxStore::failing(UtcTime since) {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(
      select, connection_.prepare("SELECT channel, count(*) FROM (SELECT channel FROM deliveries WHERE "
                                  "state = 0 AND tries > 0 UNION ALL SELECT channel FROM deliveries WHERE "
                                  "ended_at >= ?1 AND state = 2) GROUP BY channel"));
  select.bind(1, micros(since));
  std::map<std::string, std::uint64_t> failing;
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, select.step());
    if (!has_row) return failing;
    failing.emplace(select.column_text(0), static_cast<std::uint64_t>(select.column_int(1)));
  }
}

Result<std::vector<std::string>> SqliteOutboxStore::pending_channels() {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(select, connection_.prepare("SELECT DISTINCT channel FROM deliveries WHERE state = 0"));
  std::vector<std::string> channels;
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, select.step());
    if (!has_row) return channels;
    channels.emplace_back(select.column_text(0));
  }
}

Result<void> SqliteOutboxStore::end_pending(std::string_view channel, std::string_view reason, UtcTime now) {
  WEIR_TRY_ASSIGN(note, connection_.prepare("INSERT INTO delivery_attempts SELECT id, ?2, 0, 0, 0, ?3 FROM "
                                            "deliveries WHERE state = 0 AND channel = ?1"));
  note.bind_text(1, channel);
  note.bind(2, micros(now));
  note.bind_text(3, reason);
  WEIR_TRY(note.run());
  WEIR_TRY_ASSIGN(end, connection_.prepare("UPDATE deliveries SET state = 2, ended_at = ?2 "
                                           "WHERE state = 0 AND channel = ?1"));
  end.bind_text(1, channel);
  end.bind(2, micros(now));
  return end.run();
}

Result<void> SqliteOutboxStore::give_up(std::string_view channel, std::string_view reason, UtcTime now) {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection_, SqliteAccess::kReadWrite));
  WEIR_TRY(end_pending(channel, reason, now));
  return transaction.commit();
}

Result<void> SqliteOutboxStore::disable_channel(const DisabledChannel& channel) {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection_, SqliteAccess::kReadWrite));
  WEIR_TRY_ASSIGN(put, connection_.prepare("INSERT INTO disabled_channels VALUES(?1, ?2, ?3) "
                                           "ON CONFLICT(name) DO NOTHING"));
  put.bind_text(1, channel.name);
  put.bind(2, micros(channel.since));
  put.bind_text(3, channel.reason);
  WEIR_TRY(put.run());
  WEIR_TRY(end_pending(channel.name, channel.reason, channel.since));
  return transaction.commit();
}

Result<void> SqliteOutboxStore::enable_channel(std::string_view name) {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(remove, connection_.prepare("DELETE FROM disabled_channels WHERE name = ?1"));
  remove.bind_text(1, name);
  return remove.run();
}

Result<std::vector<DisabledChannel>> SqliteOutboxStore::disabled_channels() {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(select,
                  connection_.prepare("SELECT name, since, reason FROM disabled_channels ORDER BY name"));
  std::vector<DisabledChannel> channels;
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, select.step());
    if (!has_row) return channels;
    channels.push_back({.name = std::string(select.column_text(0)),
                        .since = utc(select.column_int(1)),
                        .reason = std::string(select.column_text(2))});
  }
}

}  // namespace weir
