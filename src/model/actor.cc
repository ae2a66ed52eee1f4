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

}  // namespace weir
