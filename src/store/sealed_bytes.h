// Bytes with a checksum (CRC-32C) behind them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/crc32c.h"
#include "store/byte_io.h"

namespace weir {

inline void seal(std::string& bytes) {
  const std::uint32_t sum = crc32c(bytes.data(), bytes.size());
  char end[sizeof sum];
  store_word(end, sum);
  bytes.append(end, sizeof end);
}

/// Takes the checksum off; false: it is not these bytes'.
[[nodiscard]] inline bool unseal(std::string_view& bytes) {
  std::uint32_t sum = 0;
  if (bytes.size() < sizeof sum) return false;
  sum = load_word<std::uint32_t>(bytes.data() + bytes.size() - sizeof sum);
  bytes.remove_suffix(sizeof sum);
  return crc32c(bytes.data(), bytes.size()) == sum;
}

}  // namespace weir
