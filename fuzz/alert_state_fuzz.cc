// Any bytes as the state alerts keep beside the journal's positions: kCorrupt, or what encodes to the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "alerts/hour_history.h"
#include "alerts/window_delta.h"

namespace {

using namespace weir;

void require(bool condition) {
  if (!condition) std::abort();
}

std::string encoded(const WindowDelta& delta) {
  std::string bytes;
  delta.encode(bytes);
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto delta = WindowDelta::decode(bytes)) {
    const std::string kept = encoded(*delta);
    const auto again = WindowDelta::decode(kept);
    require(again && encoded(*again) == kept);
  } else {
    require(delta.error().code == ErrorCode::kCorrupt);
  }
  if (const auto hour = decode_hour(bytes)) {
    const auto again = decode_hour(encode_hour(*hour));
    require(again && *again == *hour);
  } else {
    require(hour.error().code == ErrorCode::kCorrupt);
  }
  return 0;
}
