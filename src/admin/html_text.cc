#include "admin/html_text.h"

#include "admin/utf8.h"
#include "base/html_escape.h"

namespace weir {

std::string html_text(std::string_view text) {
  return html_escaped(to_utf8(text));
}

}  // namespace weir
