#include "admin/expiry_fields.h"

namespace weir {
namespace {

constexpr std::uint64_t kExpirySecondsMax = 100ULL * 366 * 86400;

}  // namespace

void read_expiry(ObjectReader& reader, std::optional<UtcTime>& expires_at, UtcTime now) {
  if (reader.has("expires_at") && reader.has("expires_in_seconds")) {
    reader.problem("expires_in_seconds", "cannot be given together with expires_at");
  }
  if (reader.is_null("expires_at") || reader.is_null("expires_in_seconds")) {
    expires_at.reset();
    return;
  }
  if (const auto at = reader.time("expires_at")) expires_at = *at;
  if (const auto in = reader.integer("expires_in_seconds", 1, kExpirySecondsMax))
    expires_at = now + Seconds(*in);
}

}  // namespace weir
