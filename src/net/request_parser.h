// Reads request heads, strictly: whatever two servers might read differently is refused.
//
// Refused with 400: bare CR or LF, NUL and other control characters, folded fields, white space before a
// colon or more than one space in the request line, names and methods that are no tokens, a target with a
// fragment, a missing, repeated or malformed Host, both Content-Length and Transfer-Encoding, more than one
// Content-Length or one that is no number, Transfer-Encoding in HTTP/1.0, chunked not last or not once,
// HTTP/0.9's line without version. With 414 and 431: what is over the limits. With 501: CONNECT, and a
// transfer coding before "chunked". With 505: versions other than 1.0 and 1.1. After any of these the
// connection cannot be used on.
#pragma once

#include <string_view>

#include "net/head_scanner.h"
#include "net/http_head.h"

namespace weir::net {

/// Reads one head from the start of `buffer`. `scanner` belongs to the connection and remembers the work done
/// between calls: after kNeedMore call again with the same bytes and more. One CRLF before the request line
/// is skipped.
///
/// kComplete: `out` is filled. kError: of `out`, `method`, `target`, `path` and `query` hold what could be
/// read of them, for the record. kNeedMore: `out` holds nothing. The result does not depend on how the bytes
/// were split.
[[nodiscard]] ParseStatus parse_request_head(HeadScanner& scanner, std::string_view buffer,
                                             const HeadLimits& limits, RequestHead& out);

/// What there is of the request line of a head that never became complete, for the record: fills `method`,
/// `target`, `path` and `query` where they can be read.
void read_partial_request_head(const HeadScanner& scanner, std::string_view buffer, const HeadLimits& limits,
                               RequestHead& out);

}  // namespace weir::net
