// Small pieces of reading header values.
#pragma once

#include "net/header_id.h"
#include "net/header_rules.h"

namespace weir {

using net::equals_ignoring_case;
using net::take_until;

}  // namespace weir
