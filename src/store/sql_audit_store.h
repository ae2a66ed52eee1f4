// The audit log in SQL.
#pragma once

#include "store/audit_store.h"
#include "store/noun_session.h"

namespace weir {

class SqlAuditStore final : public AuditStore {
 public:
  explicit SqlAuditStore(NounSession& session) : session_(session) {}

  Result<void> append(AuditEntry& entry) override;
  Result<std::vector<AuditEntry>> list(const AuditFilter& filter) override;
  Result<std::size_t> remove_before(UtcTime time, std::size_t most) override;

 private:
  NounSession& session_;
};

}  // namespace weir
