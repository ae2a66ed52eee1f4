// The limit headers of an answer: X-RateLimit-*, and the draft's RateLimit and RateLimit-Policy.
#pragma once

#include <string>
#include <vector>

#include "limits/limiter.h"

namespace weir {

/// "minute" → "Minute", "per_day" → "Per-Day": the middle of a header's name.
[[nodiscard]] std::string header_case(std::string_view window_name);

/// Renders header lines; keeps the names ready-made between settings. One thread.
class LimitHeaders {
 public:
  /// Appends the lines for `decision` (each with CRLF). Windows without a limit are left out. `ietf`: also
  /// RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-11).
  void append(std::string& out, const Decision& decision, bool ietf);

 private:
  struct Names {
    std::string limit, remaining, reset;  // "X-RateLimit-Minute-Limit: "
    std::string quoted;                   // "\"minute\""
    std::uint32_t seconds = 0;
  };
  void prepare(const Decision& decision);

  std::vector<Names> names_;
  std::uint32_t generation_ = 0;
};

}  // namespace weir
