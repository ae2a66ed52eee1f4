// One message on its way to one channel, with every attempt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/strong_id.h"
#include "model/notification.h"

namespace weir {

using DeliveryId = StrongId<struct DeliveryTag, std::uint64_t>;

enum class DeliveryState : std::uint8_t {
  kPending,    // will be tried at next_attempt_at
  kDelivered,  // the other side took it
  kDead,       // given up: can be sent again by hand
};
[[nodiscard]] std::string_view to_string(DeliveryState state);  // "pending", "delivered", "dead"
[[nodiscard]] std::optional<DeliveryState> parse_delivery_state(std::string_view name);

struct DeliveryAttempt {
  UtcTime at{};
  Micros took{0};
  bool delivered = false;
  std::uint16_t status_code = 0;  // of HTTP or SMTP; 0: no answer
  std::string detail;             // what went wrong, for people; no secret, no URL

  friend bool operator==(const DeliveryAttempt&, const DeliveryAttempt&) = default;
};

/// Attempts kept of one delivery, the newest; a delivery that is sent again by hand may have more.
inline constexpr std::size_t kAttemptsKept = 20;

struct Delivery {
  DeliveryId id;
  std::string channel;  // its name
  Message message;
  DeliveryState state = DeliveryState::kPending;
  std::uint32_t tries = 0;    // of the present schedule; 0 again when sent again by hand
  UtcTime next_attempt_at{};  // while pending
  UtcTime created_at{};
  std::optional<UtcTime> ended_at;        // delivered or dead
  std::vector<DeliveryAttempt> attempts;  // oldest first
};

}  // namespace weir
