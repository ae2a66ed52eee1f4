// What a benchmark cannot go on without.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <type_traits>
#include <utility>

#include "base/result.h"

namespace weir::bench {

/// The value; an error ends the benchmark.
template <class Value>
Value must(Result<Value> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().detail.c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<Value>) return std::move(*result);
}

}  // namespace weir::bench
