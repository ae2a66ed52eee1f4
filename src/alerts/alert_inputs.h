// What detectors judge beside the windows: facts the record of a call does not hold, as somebody who knows
// them reports them.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "base/clock.h"
#include "model/ids.h"

namespace weir {

/// How much of one window a key has used: from the limiter (peek), for the keys of AlertEngine::limit_keys.
struct LimitUse {
  KeyId key;
  std::uint8_t window = 0;  // position in the configured windows
  std::uint32_t limit = 0;  // above 0, not unlimited
  std::uint32_t used = 0;
  std::uint32_t reset_seconds = 0;  // until it is full again: tells one window from the next
};

struct KeyExpiry {
  KeyId key;
  UtcTime expires_at{};
};

struct ChannelHealth {
  std::string name;
  std::uint64_t failed = 0;  // deliveries given up or failing now
};

/// Views live as long as the call they are given to.
struct AlertInputs {
  std::span<const LimitUse> limits;
  std::span<const KeyExpiry> expiring;  // active keys that expire within the rule's days
  std::span<const ChannelHealth> channels;
  std::uint64_t dropped_recently = 0;  // records the journals dropped within the rule's window
};

/// What names stand for; asked only where an exception or an alert needs it. A missing function knows
/// nothing.
struct AlertDirectory {
  struct Window {
    std::string name;
    std::uint32_t seconds = 0;
  };
  std::function<std::string(EndpointId)> endpoint;  // the template
  std::function<std::string(KeyId)> plan;           // empty: none
  std::function<Window(std::uint8_t)> window;       // of the configured limits
};

}  // namespace weir
