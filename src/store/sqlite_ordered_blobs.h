// Blobs of one table by id: those asked for in rising order are read in one sweep, without looking each up.
//
// One thread, the connection's.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "store/sqlite_connection.h"

namespace weir {

class SqliteOrderedBlobs {
 public:
  SqliteOrderedBlobs() = default;
  /// `select`: id and blob from a parameter's id on, in order of id. `near`: ids further apart have too many
  /// rows between them to be passed over.
  SqliteOrderedBlobs(SqliteStatement select, std::int64_t near) : select_(std::move(select)), near_(near) {}

  /// Nothing: there is none. Valid until the next call.
  [[nodiscard]] Result<std::optional<std::string_view>> at(std::int64_t id);
  /// Ends the sweep: at the latest before its transaction ends.
  void reset();

 private:
  Result<void> step();

  SqliteStatement select_;
  std::int64_t near_ = 0;
  std::optional<std::int64_t> id_;  // of the row the sweep is at
};

}  // namespace weir
