#include "base/result.h"

#include <system_error>

namespace weir {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return "invalid";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kFull:
      return "full";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kTimeout:
      return "timeout";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kClosed:
      return "closed";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

tl::unexpected<Error> fail_errno(std::string_view what, int errnum) {
  const bool retryable = errnum == EAGAIN || errnum == EINTR || errnum == ENOSPC || errnum == ENOMEM;
  return fail(ErrorCode::kIo, std::string(what) + ": " + std::generic_category().message(errnum), retryable);
}

}  // namespace weir
