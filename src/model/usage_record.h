// One call, as it was: the unit of the journal and of the call log.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "base/ip_address.h"
#include "model/ids.h"
#include "model/method.h"
#include "model/outcome.h"
#include "model/request_id.h"

namespace weir {

/// No window refused the call.
inline constexpr std::uint8_t kNoWindow = 0xFF;

/// What the gateway knows of a request once its answer is decided. The views point into the request or into a
/// journal segment: they live as long as those do.
struct UsageRecord {
  UtcTime at{};  // when its head was complete
  KeyId key;     // none when the key is not known
  UserId user;   // owner of the key; none with it
  Method method = Method::kOther;
  Outcome outcome = Outcome::kForwarded;
  std::uint16_t status = 0;                 // as sent to the client; 499 when the client left before one was
  std::uint8_t refused_window = kNoWindow;  // position in the configured windows, for kLimited
  bool shadow_limited = false;              // over a limit, let through because limits are in shadow mode
  Micros response_time{};       // head complete → answer complete; 0: not known, of some that were imported
  Micros upstream_time{};       // head sent to the upstream → its answer complete; 0 without an upstream
  std::uint64_t bytes_in = 0;   // of the request body
  std::uint64_t bytes_out = 0;  // of the answer's body
  IpAddress source;             // the client, behind trusted proxies
  Uuid request_id;              // when request_id_text is empty
  std::string_view request_id_text;  // a client's id that is not a UUID; at most kRequestIdMax
  std::string_view method_text;      // for kOther; at most 32 bytes
  std::string_view path;             // without query; at most 8 KiB
};

}  // namespace weir
