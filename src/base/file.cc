#include "base/file.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weir {
namespace {

Result<void> write_all(int fd, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return fail_errno(fmt::format("write '{}'", path.string()), errno);
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

void UniqueFd::reset() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void MappedFile::reset() {
  if (data_ != nullptr) ::munmap(std::exchange(data_, nullptr), std::exchange(size_, 0));
}

Result<MappedFile> map_file(int fd, std::size_t size, MapMode mode) {
  const int protection = mode == MapMode::kReadOnly ? PROT_READ : PROT_READ | PROT_WRITE;
  void* address = ::mmap(nullptr, size, protection, MAP_SHARED, fd, 0);
  if (address == MAP_FAILED) return fail_errno("mmap", errno);
  return MappedFile(static_cast<std::byte*>(address), size);
}

Result<UniqueFd> open_file(const std::filesystem::path& path, int flags, unsigned mode) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  if (fd >= 0) return UniqueFd(fd);
  auto error = fail_errno(fmt::format("open '{}'", path.string()), errno);
  if (errno == ENOENT) error.value().code = ErrorCode::kNotFound;
  return error;
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  WEIR_TRY_ASSIGN(fd, open_file(path, O_RDONLY));
  std::string content;
  char buffer[16384];
  for (;;) {
    const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got == 0) return content;
    if (got < 0) {
      if (errno == EINTR) continue;
      return fail_errno(fmt::format("read '{}'", path.string()), errno);
    }
    content.append(buffer, static_cast<std::size_t>(got));
    if (content.size() > max_bytes) {
      return fail(ErrorCode::kInvalid, fmt::format("'{}' is larger than {} bytes", path.string(), max_bytes));
    }
  }
}

Result<void> write_file_atomic(const std::filesystem::path& path, std::string_view content, unsigned mode) {
  const auto temporary = std::filesystem::path(path.string() + ".new");
  {
    WEIR_TRY_ASSIGN(fd, open_file(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode));
    WEIR_TRY(write_all(fd.get(), content, temporary));
    if (::fsync(fd.get()) != 0) return fail_errno(fmt::format("fsync '{}'", temporary.string()), errno);
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    return fail_errno(fmt::format("rename '{}' to '{}'", temporary.string(), path.string()), errno);
  }
  return sync_folder(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
}

Result<void> write_user_file(const std::filesystem::path& path, std::string_view content) {
  struct stat found {};
  const bool exists = ::stat(path.c_str(), &found) == 0;
  if (exists && !S_ISREG(found.st_mode)) {
    WEIR_TRY_ASSIGN(fd, open_file(path, O_WRONLY));
    return write_all(fd.get(), content, path);
  }
  std::error_code failure;
  auto target = std::filesystem::weakly_canonical(path, failure);
  if (failure) target = path;
  const std::string temporary = fmt::format("{}.{}.new", target.string(), ::getpid());
  const auto replace = [&]() -> Result<void> {
    WEIR_TRY_ASSIGN(fd, open_file(temporary, O_WRONLY | O_CREAT | O_EXCL, 0666));
    if (exists && ::fchmod(fd.get(), found.st_mode & 07777) != 0) return fail_errno("fchmod", errno);
    WEIR_TRY(write_all(fd.get(), content, path));
    if (::fsync(fd.get()) == 0 && ::rename(temporary.c_str(), target.c_str()) == 0) return {};
    return fail_errno(fmt::format("write '{}'", path.string()), errno);
  };
  auto replaced = replace();
  if (!replaced) ::unlink(temporary.c_str());
  return replaced;
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  WEIR_TRY_ASSIGN(fd, open_file(folder, O_RDONLY | O_DIRECTORY));
  if (::fsync(fd.get()) != 0) return fail_errno(fmt::format("fsync '{}'", folder.string()), errno);
  return {};
}

}  // namespace weir
