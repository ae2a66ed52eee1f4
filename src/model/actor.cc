#include "model/actor.h"

namespace weir {

std::string_view to_string(Via via) {
  switch (via) {
    case Via::kCli:
      return "cli";
    case Via::kPage:
      return "page";
    case Via::kSignal:
      return "signal";
    default:
      return "api";
  }
}

std::optional<Via> parse_via(std::string_view name) {
  for (const Via via : {Via::kApi, Via::kCli, Via::kPage, Via::kSignal}) {
    if (to_string(via) == name) return via;
  }
  return std::nullopt;
}

}  // namespace weir
