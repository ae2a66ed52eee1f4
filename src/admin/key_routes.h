// /api/v1/keys…: the life of API keys.
#pragma once

#include "admin/key_service.h"
#include "admin/router.h"
#include "base/clock.h"
#include "store/key_store.h"

namespace weir {

/// Keys one import call takes at most.
inline constexpr std::size_t kImportMax = 10'000;

/// Everything handed in outlives the router.
void add_key_routes(Router& router, KeyService& service, KeyStore& store, const Clock& clock);

}  // namespace weir
