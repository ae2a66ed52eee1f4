#include "store/rollup_row.h"

#include "model/outcome.h"

namespace weir {
namespace {

/// Whether weir itself answered, by its rules, without asking an upstream.
constexpr bool is_refusal(Outcome outcome) {
  switch (outcome) {
    case Outcome::kMissingKey:
    case Outcome::kMalformedKey:
    case Outcome::kUnknownKey:
    case Outcome::kExpiredKey:
    case Outcome::kInactiveKey:
    case Outcome::kNotAllowed:
    case Outcome::kLimited:
    case Outcome::kBadRequest:
    case Outcome::kTooLarge:
    case Outcome::kRequestTimeout:
    case Outcome::kOverloaded:
    case Outcome::kNoRoute:
      return true;
    default:
      return false;
  }
}

}  // namespace

void derive_measures(const RollupDims& dims, RollupMeasures& measures) {
  const auto outcome = static_cast<Outcome>(dims.outcome);
  measures.errors = dims.status >= 500 ? measures.requests : 0;
  measures.client_errors = dims.status >= 400 && dims.status < 500 ? measures.requests : 0;
  measures.limited = outcome == Outcome::kLimited ? measures.requests : 0;
  measures.refused = is_refusal(outcome) ? measures.requests : 0;
}

}  // namespace weir
