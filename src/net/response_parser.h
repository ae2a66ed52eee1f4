// Reads an upstream's answer heads with the strictness of the request parser.
#pragma once

#include <string_view>

#include "net/head_scanner.h"
#include "net/http_head.h"

namespace weir::net {

/// Reads one head from the start of `buffer`; `scanner` and the buffer as for requests. `request_method`
/// decides with the status whether a body follows. Answers 100 to 199 are complete heads without body: the
/// caller reads on, but for 101. Every error has status 502. On kNeedMore and kError `out` holds nothing.
///
/// Beyond what is refused in requests: a status outside 100 to 599; a body declared by 1xx or 204.
[[nodiscard]] ParseStatus parse_response_head(HeadScanner& scanner, std::string_view buffer,
                                              const HeadLimits& limits, std::string_view request_method,
                                              ResponseHead& out);

}  // namespace weir::net
