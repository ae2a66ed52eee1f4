// The instance's pepper: the secret without which stored digests of keys say nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace weir {

/// The 32 bytes in `folder`/pepper (64 hexadecimal digits, mode 0600), made at the first start. Blocks on the
/// disk. kInvalid: others may read the file, with the command that mends it. kCorrupt: it does not hold a
/// pepper; it is never replaced, as every key would stop working. kNotFound: it is missing although
/// `stored_keys` (how many keys the store holds) is above 0, which is refused for the same reason.
[[nodiscard]] Result<std::string> load_or_create_pepper(const std::filesystem::path& folder,
                                                        std::uint64_t stored_keys);

}  // namespace weir
