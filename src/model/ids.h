// Identifiers of weir's nouns.
#pragma once

#include "base/strong_id.h"

namespace weir {

using UserId = StrongId<struct UserTag>;
using KeyId = StrongId<struct KeyTag>;  // dense: also the index of the key's limit counters; never used twice
using EndpointId =
    StrongId<struct EndpointTag>;           // an endpoint template (usage/endpoint_table.h); 0: "(other)"
using TokenId = StrongId<struct TokenTag>;  // of the admin API; 0: the one of admin.token
using AlertId = StrongId<struct AlertTag>;
using SilenceId = StrongId<struct SilenceTag>;
using QuotaId =
    StrongId<struct QuotaTag>;  // a plan with own limits, as the limiter knows it; 0: the default limits

using ImportId = StrongId<struct ImportTag>;  // of an access log taken over; never used twice

}  // namespace weir
