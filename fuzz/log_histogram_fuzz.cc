// Any bytes as an encoded histogram: kCorrupt, or exactly what encoding what was read gives back.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/log_histogram.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto decoded = weir::LogHistogram::decode(bytes);
  if (!decoded) {
    if (decoded.error().code != weir::ErrorCode::kCorrupt) __builtin_trap();
    return 0;
  }
  std::string again;
  decoded->encode(again);
  if (again != bytes || size > weir::LogHistogram::kEncodedMax) __builtin_trap();

  weir::LogHistogram twice = *decoded;
  if (!twice.merge(bytes)) __builtin_trap();
  weir::LogHistogram other_way;
  other_way.merge(*decoded);
  other_way.merge(*decoded);
  if (!(twice == other_way)) __builtin_trap();
  const weir::Micros largest = decoded->percentile(1);
  if (decoded->percentile(0) > decoded->percentile(0.5) || decoded->percentile(0.5) > largest)
    __builtin_trap();
  return 0;
}
