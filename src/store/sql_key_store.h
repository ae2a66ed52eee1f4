// Keys in SQL.
#pragma once

#include <functional>

#include "store/key_store.h"
#include "store/noun_session.h"

namespace weir {

class SqlKeyStore final : public KeyStore {
 public:
  /// How a backend reads every key in the quickest way it has.
  using Scan = std::function<Result<void>(const std::function<void(const ApiKey&)>& visit)>;

  SqlKeyStore(NounSession& session, Scan scan) : session_(session), scan_(std::move(scan)) {}

  Result<void> insert(std::vector<ApiKey>& keys, UtcTime now) override;
  Result<ApiKey> get(KeyId id) override;
  Result<std::vector<ApiKey>> list(const KeyFilter& filter) override;
  Result<void> update(ApiKey& key, UtcTime now) override;
  Result<void> remove(KeyId id) override;
  Result<UserId> owner(KeyId id) override;
  Result<std::vector<KeyId>> keys_of(UserId user) override;
  Result<std::vector<std::string>> names(std::span<const KeyId> ids) override;
  Result<void> for_each(const std::function<void(const ApiKey&)>& visit) override { return scan_(visit); }
  Result<std::uint64_t> count() override;

 private:
  NounSession& session_;
  Scan scan_;
};

}  // namespace weir
