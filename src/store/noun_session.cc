#include "store/noun_session.h"

namespace weir {

NounSession::Rollback::~Rollback() {
  if (sql_ == nullptr) return;
  try {
    *sql_ << "ROLLBACK";
  } catch (const std::exception&) {
    // The failed statement ended the transaction already.
  }
}

}  // namespace weir
