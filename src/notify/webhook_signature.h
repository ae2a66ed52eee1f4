// Signatures of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com). Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace weir {

/// The key of "whsec_" and the base64 of 24 to 64 bytes. kInvalid never quotes the secret.
[[nodiscard]] Result<std::string> webhook_key(std::string_view secret);

/// "v1,<base64>" for every secret, blanks between: HMAC-SHA-256 over "id.timestamp.body", the timestamp in
/// Unix seconds. Secrets that are none are passed over: the configuration was checked.
[[nodiscard]] std::string webhook_signature(std::span<const std::string> secrets, std::string_view id,
                                            UtcTime timestamp, std::string_view body);

/// Unix seconds of an attempt, as header and signature carry them.
[[nodiscard]] std::string webhook_timestamp(UtcTime at);

}  // namespace weir
