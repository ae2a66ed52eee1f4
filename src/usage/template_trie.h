// Templates people wrote, and the one a path belongs to.
//
// A template is a path whose segments may hold parameters: "/v1/orders/{order}", "/files/{name}.pdf",
// "/tiles/{x},{y}". A last segment "{rest*}" stands for one segment or more. Pure; const calls from any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir {

class TemplateTrie {
 public:
  TemplateTrie();
  TemplateTrie(TemplateTrie&&) noexcept;
  TemplateTrie& operator=(TemplateTrie&&) noexcept;
  ~TemplateTrie();

  /// Takes a template in, its literal parts in normal form (path_form.h). False: one that matches the same
  /// paths is there already. kInvalid says what is wrong with it, without its name.
  [[nodiscard]] Result<bool> add(std::string_view text);

  /// The template of a path in normal form, as a position in `names`; nothing when it has none. Segment by
  /// segment the most literal wins: "/orders/latest" before "/orders/{order}.pdf" before "/orders/{order}"
  /// before
  /// "/{rest*}".
  [[nodiscard]] std::optional<std::size_t> match(std::string_view path) const;

  /// In the order they were added, as they are called: without a slash at the end.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  struct Node;
  std::unique_ptr<Node> root_;
  std::vector<std::string> names_;
};

}  // namespace weir
