// The data folder: made, locked against a second server, and checked for its version before anything opens
// it.
#pragma once

#include <filesystem>

#include "base/file.h"
#include "base/result.h"

namespace weir {

/// The layout this program writes; a folder with a higher one is refused.
inline constexpr int kDataFormat = 1;

/// Holds the folder's lock while it lives. Movable.
class DataFolder {
 public:
  /// Makes the folder (mode 0700) when missing. kConflict: another weir serves it (names its process), or a
  /// newer weir wrote it (names both versions); kIo names the path and what the system said.
  [[nodiscard]] static Result<DataFolder> open(const std::filesystem::path& path);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  DataFolder(std::filesystem::path path, UniqueFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::filesystem::path path_;
  UniqueFd lock_;
};

}  // namespace weir
