// Owning handles for file descriptors and mappings, and the few file calls weir makes by hand.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace weir {

/// Owns a file descriptor. Movable; not thread-safe.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~UniqueFd() { reset(); }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }
  void reset();

 private:
  int fd_ = -1;
};

/// Owns a shared mapping of a file. Movable.
class MappedFile {
 public:
  MappedFile() = default;
  MappedFile(std::byte* data, std::size_t size) : data_(data), size_(size) {}
  MappedFile(MappedFile&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  MappedFile& operator=(MappedFile&& other) noexcept {
    if (this != &other) {
      reset();
      data_ = std::exchange(other.data_, nullptr);
      size_ = std::exchange(other.size_, 0);
    }
    return *this;
  }
  ~MappedFile() { reset(); }

  [[nodiscard]] std::byte* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  explicit operator bool() const { return data_ != nullptr; }
  void reset();

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

enum class MapMode { kReadOnly, kReadWrite };

/// Maps `size` bytes of `fd` from offset 0, shared. `size` may exceed the file: the file may grow into it.
[[nodiscard]] Result<MappedFile> map_file(int fd, std::size_t size, MapMode mode);

/// open(2) with O_CLOEXEC; the error names the path.
[[nodiscard]] Result<UniqueFd> open_file(const std::filesystem::path& path, int flags, unsigned mode = 0600);

/// The whole of a small file; kInvalid beyond `max_bytes`, kNotFound when there is none.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t max_bytes = 1U << 20);

/// Replaces `path` so that a crash leaves the old or the new content, whole: written beside it, synced,
/// renamed, the folder synced.
[[nodiscard]] Result<void> write_file_atomic(const std::filesystem::path& path, std::string_view content,
                                             unsigned mode = 0600);
/// The same for a file of a user's choice: a link is followed, a file that is there keeps its mode, and into
/// what is no file (a device, a pipe) it is written as it stands. A new file's mode is the system's usual
/// one.
[[nodiscard]] Result<void> write_user_file(const std::filesystem::path& path, std::string_view content);

/// fsync of a folder, so that names created or removed in it survive a power cut.
[[nodiscard]] Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace weir
