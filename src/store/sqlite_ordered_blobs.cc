#include "store/sqlite_ordered_blobs.h"

namespace weir {
namespace {

/// So many rows are sooner passed over than one is looked up.
constexpr int kPassedMax = 4;

}  // namespace

void SqliteOrderedBlobs::reset() {
  if (id_) select_.reset();
  id_.reset();
}

Result<void> SqliteOrderedBlobs::step() {
  id_.reset();
  WEIR_TRY_ASSIGN(has_row, select_.step());
  if (has_row) id_ = select_.column_int(0);
  return {};
}

Result<std::optional<std::string_view>> SqliteOrderedBlobs::at(std::int64_t id) {
  if (id_ && id - *id_ <= near_) {
    for (int i = 0; i < kPassedMax && id_ && *id_ < id; ++i) WEIR_TRY(step());
  }
  if (!id_ || *id_ != id) {
    reset();
    select_.bind(1, id);
    WEIR_TRY(step());
  }
  if (!id_ || *id_ != id) return std::optional<std::string_view>();
  return std::optional(select_.column_blob(1));
}

}  // namespace weir
