// weir's own answers: refusals and faults, as JSON or as RFC 9457 problem details.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/request_context.h"
#include "model/outcome.h"

namespace weir {

/// An answer of our own.
struct Refusal {
  Outcome outcome = Outcome::kInternal;
  std::uint16_t status = 500;
  std::string detail = "Internal server error";
  std::uint32_t retry_after_seconds = 0;  // Retry-After, when above 0
  std::string violated_policy = {};       // name of the window, on a 429
};

/// The refusal for an outcome whose answer does not depend on the request (conventions: "Answers of the
/// gateway").
[[nodiscard]] Refusal refusal_for(Outcome outcome);

/// Appends an answer of 200 with a JSON body, as below.
std::size_t append_json(std::string& out, std::string_view body, const RequestContext& context,
                        std::string_view date);

/// Appends the whole answer to `out`, head and body; the body's size is returned. `date`: an IMF-fixdate.
/// Says `Connection: close` unless the context keeps the connection. A HEAD request gets the head alone.
std::size_t append_refusal(std::string& out, const Refusal& refusal, const RequestContext& context,
                           std::string_view date);

}  // namespace weir
