#include "model/delivery.h"

namespace weir {

std::string_view to_string(DeliveryState state) {
  switch (state) {
    case DeliveryState::kPending:
      return "pending";
    case DeliveryState::kDelivered:
      return "delivered";
    case DeliveryState::kDead:
      return "dead";
  }
  return "dead";
}

std::optional<DeliveryState> parse_delivery_state(std::string_view name) {
  for (const auto state : {DeliveryState::kPending, DeliveryState::kDelivered, DeliveryState::kDead}) {
    if (to_string(state) == name) return state;
  }
  return std::nullopt;
}

}  // namespace weir
