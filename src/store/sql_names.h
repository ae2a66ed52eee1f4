// Names of many rows, by one statement.
//
// Not thread-safe: on a session in hand (noun_session.h).
#pragma once

#include <span>
#include <string>
#include <vector>

#include <soci/soci.h>

#include "base/result.h"

namespace weir {

/// `select` asks for the name of row `:id`. A name for each id in turn; empty where there is no row.
template <class Id>
Result<std::vector<std::string>> select_names(soci::session& sql, const char* select,
                                              std::span<const Id> ids) {
  long long id = 0;
  std::string name;
  soci::statement statement = (sql.prepare << select, soci::use(id), soci::into(name));
  std::vector<std::string> names;
  names.reserve(ids.size());
  for (const Id wanted : ids) {
    id = wanted.value();
    names.push_back(statement.execute(true) ? name : std::string());
  }
  return names;
}

}  // namespace weir
