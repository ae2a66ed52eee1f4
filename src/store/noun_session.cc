#include "store/noun_session.h"

namespace weir {

NounSession::Transaction::Transaction(soci::session& sql, const std::string& begin, int& depth)
    : sql_(sql), is_step_(begin.empty()), depth_(depth) {
  sql_ << (is_step_ ? "SAVEPOINT step" : begin);
  ++depth_;
}

void NounSession::Transaction::commit() {
  // Rolled back by the destructor when this throws.
  sql_ << (is_step_ ? "RELEASE SAVEPOINT step" : "COMMIT");
  open_ = false;
}

NounSession::Transaction::~Transaction() {
  --depth_;
  if (!open_) return;
  try {
    sql_ << (is_step_ ? "ROLLBACK TO SAVEPOINT step" : "ROLLBACK");
    if (is_step_) sql_ << "RELEASE SAVEPOINT step";
  } catch (const std::exception&) {
    // The failed statement ended the transaction already.
  }
}

}  // namespace weir
