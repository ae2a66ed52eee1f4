// An access log of another server whose calls are taken over.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "model/ids.h"

namespace weir {

/// A file is known by how it begins: so a log that has grown since, or was moved, is known again.
struct LogImport {
  ImportId id;
  std::string name;              // of the file, for people
  std::uint64_t head_bytes = 0;  // of its beginning …
  std::string head_sha256;       // … and their hash, 64 hexadecimal digits
  std::string options;           // how its lines are read: JSON, as the API takes it
  UtcTime created_at{};
};

/// Bytes of a file's beginning that make it known, where it has so many.
inline constexpr std::uint64_t kImportHeadBytes = 4096;
/// Imports have numbers up to this: as many journals are set aside for them.
inline constexpr std::uint32_t kImportIdMax = 0x7FFF;

}  // namespace weir
