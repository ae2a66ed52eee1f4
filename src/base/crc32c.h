// CRC-32C (Castagnoli, RFC 3720 appendix B.4): the checksum of everything weir writes to its own files.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weir {

/// The checksum of `size` bytes, continuing from `seed` (0 at the start). Uses the SSE 4.2 instruction where
/// the processor has it. Thread-safe.
[[nodiscard]] std::uint32_t crc32c(const void* data, std::size_t size, std::uint32_t seed = 0) noexcept;

}  // namespace weir
