// Any bytes as a path and as a template: the normal form is its own, templates are bounded, a template
// matches the path it was made of.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "usage/path_form.h"
#include "usage/template_detection.h"
#include "usage/template_trie.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t half = size / 2;
  std::string buffer;
  std::string again;
  const std::string normal(weir::normal_path(text.substr(half), buffer));
  if (weir::normal_path(normal, again) != normal) __builtin_trap();
  if (normal.empty()) return 0;

  const std::string detected(weir::detect_template(normal, buffer));
  if (detected.size() > weir::kTemplateMax) __builtin_trap();

  weir::TemplateTrie trie;
  for (const std::string_view one : {text.substr(0, half), std::string_view(normal)}) {
    const auto added = trie.add(one);
    if (!added && added.error().detail.empty()) __builtin_trap();
  }
  for (const std::string& name : trie.names()) {
    if (name.size() > weir::kTemplateMax) __builtin_trap();
  }
  // A path in normal form has no braces: as a template it is literal, and nothing is more so.
  const auto found = trie.match(normal);
  if (normal.size() <= weir::kTemplateMax && (!found || trie.names()[*found] != normal)) __builtin_trap();
  return 0;
}
