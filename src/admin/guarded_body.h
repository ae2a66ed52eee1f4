// The body of an answer that lasts, broken off when its caller may not see it any more.
#pragma once

#include <functional>
#include <memory>

#include "net/service.h"

namespace weir {

/// Hands `inner`'s pieces on while `allowed()` is true, asked before each of them. `allowed` must not block.
[[nodiscard]] std::shared_ptr<net::BodySource> guarded_body(std::shared_ptr<net::BodySource> inner,
                                                            std::function<bool()> allowed);

}  // namespace weir
