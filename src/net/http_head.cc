#include "net/http_head.h"

namespace weir::net {

const Header* HeaderList::find(HeaderId id) const {
  if (!has(id)) return nullptr;
  for (const Header& header : *this) {
    if (header.id == id) return &header;
  }
  return nullptr;
}

const Header* HeaderList::find(std::string_view name) const {
  for (const Header& header : *this) {
    if (equals_ignoring_case(header.name, name)) return &header;
  }
  return nullptr;
}

std::size_t HeaderList::count(HeaderId id) const {
  if (!has(id)) return 0;
  std::size_t found = 0;
  for (const Header& header : *this) found += header.id == id ? 1U : 0U;
  return found;
}

void RequestHead::clear() {
  method = target = path = query = host = upgrade = {};
  content_length = 0;
  has_query = false;
  version_minor = 1;
  framing = Framing::kNone;
  keep_alive = true;
  expect_continue = false;
  te_trailers = false;
  headers.clear();
}

void ResponseHead::clear() {
  status = 0;
  reason = upgrade = {};
  content_length.reset();
  version_minor = 1;
  framing = Framing::kNone;
  keep_alive = true;
  headers.clear();
}

}  // namespace weir::net
