// The outbox in weir.db, on a connection of its own: notify's commits wait for no other reader of the nouns.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "store/outbox_store.h"
#include "store/sqlite_connection.h"

namespace weir {

class SqliteOutboxStore final : public OutboxStore {
 public:
  /// Opens weir.db, which is there and migrated.
  [[nodiscard]] static Result<std::unique_ptr<SqliteOutboxStore>> open(const std::filesystem::path& path);

  Result<void> append(std::span<const OutboxEvent> events) override;
  Result<std::vector<OutboxEvent>> events(std::uint64_t after, std::size_t limit) override;
  Result<std::vector<NotifyGroupRow>> groups() override;
  Result<void> commit(OutboxStep& step) override;
  Result<std::vector<Delivery>> due(std::string_view channel, UtcTime now, std::size_t limit) override;
  Result<std::optional<UtcTime>> next_due() override;
  Result<void> record(const Delivery& delivery, const DeliveryAttempt& attempt) override;
  Result<Delivery> get(DeliveryId id) override;
  Result<std::vector<Delivery>> list(const DeliveryFilter& filter) override;
  Result<Delivery> resend(DeliveryId id, UtcTime now) override;
  Result<std::size_t> prune(UtcTime before, std::size_t limit) override;
  Result<std::map<std::string, std::uint64_t>> failing(UtcTime since) override;
  Result<std::vector<std::string>> pending_channels() override;
  Result<void> give_up(std::string_view channel, std::string_view reason, UtcTime now) override;
  Result<void> disable_channel(const DisabledChannel& channel) override;
  Result<void> enable_channel(std::string_view name) override;
  Result<std::vector<DisabledChannel>> disabled_channels() override;

 private:
  explicit SqliteOutboxStore(SqliteConnection connection) : connection_(std::move(connection)) {}

  // With mutex_ held.
  Result<void> insert(Delivery& delivery);
  Result<void> update(const Delivery& delivery);
  Result<void> add_attempt(DeliveryId id, const DeliveryAttempt& attempt);
  Result<void> end_pending(std::string_view channel, std::string_view reason, UtcTime now);
  Result<Delivery> find(DeliveryId id);
  Result<void> load_attempts(Delivery& delivery);

  std::mutex mutex_;
  SqliteConnection connection_;  // guarded by mutex_
};

}  // namespace weir
