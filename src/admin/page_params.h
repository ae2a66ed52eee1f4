// ?limit=&cursor= of every list.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "admin/cursor.h"
#include "admin/query_params.h"

namespace weir {

inline constexpr std::size_t kPageMax = 1000;  // also the most a store gives at once
inline constexpr std::size_t kPageDefault = 100;

struct PageParams {
  std::size_t limit = kPageDefault;
  std::uint64_t position = 0;  // where the last page ended; 0: the first page

  /// What to ask the store for: one more tells whether another page follows. At kPageMax there is no room for
  /// it: then a full page is taken for a sign of another, which may turn out empty.
  [[nodiscard]] std::size_t fetch() const { return std::min(limit + 1, kPageMax); }
};

/// Problems are added to `query`.
[[nodiscard]] inline PageParams read_page_params(QueryParams& query, CursorKind kind) {
  PageParams page;
  page.limit = query.integer("limit", 1, kPageMax).value_or(kPageDefault);
  if (const auto text = query.text("cursor", 64)) {
    if (const auto position = decode_cursor(kind, *text))
      page.position = *position;
    else
      query.problem("cursor", "is not one this list gave out");
  }
  return page;
}

/// Cuts `rows` to the page; the cursor of the next one, empty when there is none.
template <class Row, class PositionOf>
[[nodiscard]] std::string finish_page(std::vector<Row>& rows, const PageParams& page, CursorKind kind,
                                      PositionOf position_of) {
  if (rows.size() < page.fetch()) return {};
  if (rows.size() > page.limit) rows.resize(page.limit);
  return encode_cursor(kind, position_of(rows.back()));
}

}  // namespace weir
