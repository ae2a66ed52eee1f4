#include "gateway/path_rules.h"

#include <cstddef>

namespace weir {
namespace {

/// Takes one character off the front, undoing the percent-encodings that matter here (. / \ ;), even doubled
/// ones.
char take_decoded(std::string_view& path) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; };
  std::size_t size = 1;
  char c = path.front();
  if (c == '%') {
    std::size_t digits = 1;
    while (path.size() >= digits + 2 && path[digits] == '2' && path[digits + 1] == '5') digits += 2;
    if (path.size() >= digits + 2) {
      const char high = path[digits];
      const char low = lower(path[digits + 1]);
      if (high == '2' && (low == 'e' || low == 'f'))
        c = low == 'e' ? '.' : '/';
      else if (high == '5' && low == 'c')
        c = '/';
      else if (high == '3' && low == 'b')
        c = ';';
      if (c != '%') size = digits + 2;
    }
  } else if (c == '\\') {
    c = '/';
  }
  path.remove_prefix(size);
  return c;
}

}  // namespace

bool has_dot_segment(std::string_view path) {
  // Most paths have neither a segment that starts with a dot nor an escape.
  if (path.find("/.") == std::string_view::npos && path.find_first_of("%\\") == std::string_view::npos)
    return false;
  std::size_t dots = 0;     // of the segment so far
  bool only_dots = false;   // nothing else in it
  bool parameters = false;  // behind a ';'
  while (!path.empty()) {
    const char c = take_decoded(path);
    if (c == '/') {
      if (only_dots && (dots == 1 || dots == 2)) return true;
      dots = 0;
      only_dots = true;
      parameters = false;
    } else if (c == ';') {
      parameters = true;
    } else if (!parameters) {
      only_dots = only_dots && c == '.';
      dots += c == '.' ? 1 : 0;
    }
  }
  return only_dots && (dots == 1 || dots == 2);
}

}  // namespace weir
