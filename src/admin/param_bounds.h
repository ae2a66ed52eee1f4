// Bounds that parameters of many routes share.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weir {

inline constexpr std::uint64_t kIdMax = 0xFFFF'FFFF;  // of keys, users, alerts
inline constexpr std::size_t kPathMax = 8192;         // bytes, as the gateway takes them

}  // namespace weir
