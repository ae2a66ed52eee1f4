// Numbers as people read them. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace weir {

/// "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t number);

/// Bytes as "812 B", "1.2 MiB".
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);

/// Seconds as "43 µs", "0.4 ms", "12 ms", "1.25 s"; "-" for 0, which nothing takes: it was not measured.
[[nodiscard]] std::string human_seconds(double seconds);

}  // namespace weir
