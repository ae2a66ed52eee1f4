// Errors as values: every call that can fail returns a Result.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace weir {

/// What went wrong, coarsely: what a caller can decide on. The sentence for people is in Error::detail.
enum class ErrorCode {
  kInvalid,      // the input is wrong; the detail names the field, the bound and the value
  kNotFound,     // no such thing
  kConflict,     // it exists already, or somebody else holds it
  kFull,         // a bound of ours is reached
  kUnavailable,  // the other side is not there, or not now
  kTimeout,      // it took longer than allowed
  kCorrupt,      // bytes that were ours are not what was written
  kIo,           // the operating system refused
  kClosed,       // the peer closed the connection
  kInternal,     // a defect of weir
};

[[nodiscard]] std::string_view to_string(ErrorCode code);

/// An error to hand up. `detail` is a sentence for people and never holds a secret.
struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string detail;
  bool retryable = false;  // the same call may succeed later, unchanged
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string detail, bool retryable = false) {
  return tl::unexpected<Error>(Error{code, std::move(detail), retryable});
}

/// An error from errno: "open 'x': Permission denied".
[[nodiscard]] tl::unexpected<Error> fail_errno(std::string_view what, int errnum);

}  // namespace weir

#define WEIR_CONCAT_TOKENS(a, b) a##b
#define WEIR_CONCAT(a, b) WEIR_CONCAT_TOKENS(a, b)
#define WEIR_TRY_AS(name, expr)                                                                   \
  do {                                                                                            \
    if (auto name = (expr); !name) return tl::unexpected<::weir::Error>(std::move(name).error()); \
  } while (false)

/// Hands an error of `expr` (a Result) up to the caller. May stand in a lambda inside another's `expr`: each
/// has a name of its own.
#define WEIR_TRY(expr) WEIR_TRY_AS(WEIR_CONCAT(weir_try_, __COUNTER__), expr)

/// Declares `var` as the value of `expr` (a Result), or hands its error up.
#define WEIR_TRY_ASSIGN(var, expr)                                                          \
  auto var##_result = (expr);                                                               \
  if (!var##_result) return tl::unexpected<::weir::Error>(std::move(var##_result).error()); \
  auto var = std::move(*var##_result)
