#include "app/data_folder.h"

#include <cerrno>
#include <charconv>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/version.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

Result<void> make_folder(const fs::path& path) {
  std::error_code failure;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), failure);
  if (::mkdir(path.c_str(), 0700) == 0) return {};
  if (errno == EEXIST && fs::is_directory(path, failure)) return {};
  return fail_errno(fmt::format("make the data folder '{}'", path.string()),
                    errno == EEXIST ? ENOTDIR : errno);
}

Result<UniqueFd> lock_folder(const fs::path& path) {
  WEIR_TRY_ASSIGN(lock, open_file(path / "weir.lock", O_RDWR | O_CREAT));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      return fail_errno(fmt::format("lock '{}'", (path / "weir.lock").string()), errno);
    const auto holder = read_file(path / "weir.lock", 64);
    const std::string process =
        holder && !holder->empty() ? fmt::format(" (pid {})", holder->substr(0, holder->find('\n'))) : "";
    return fail(
        ErrorCode::kConflict,
        fmt::format("another weir serves the data folder '{}'{}: stop it, or choose another folder with "
                    "--data-dir",
                    path.string(), process));
  }
  const std::string line = fmt::format("{}\n", ::getpid());
  if (::ftruncate(lock.get(), 0) != 0 ||
      ::pwrite(lock.get(), line.data(), line.size(), 0) != static_cast<ssize_t>(line.size())) {
    return fail_errno(fmt::format("write '{}'", (path / "weir.lock").string()), errno);
  }
  return lock;
}

/// "1 0.1.0": the format, and the version that wrote it first.
Result<void> check_format(const fs::path& path) {
  const fs::path marker = path / "format";
  const auto content = read_file(marker, 4096);
  if (!content && content.error().code == ErrorCode::kNotFound) {
    return write_file_atomic(marker, fmt::format("{} {}\n", kDataFormat, version()));
  }
  if (!content) return tl::unexpected<Error>(content.error());
  int format = 0;
  const auto [end, failure] = std::from_chars(content->data(), content->data() + content->size(), format);
  if (failure != std::errc{} || format < 1) {
    return fail(
        ErrorCode::kCorrupt,
        fmt::format("'{}' does not hold a data format: is this a data folder of weir?", marker.string()));
  }
  if (format > kDataFormat) {
    std::string writer(end, static_cast<std::size_t>(content->data() + content->size() - end));
    const auto first = writer.find_first_not_of(' ');
    writer = first == std::string::npos ? "a newer version"
                                        : writer.substr(first, writer.find_last_not_of(" \n") - first + 1);
    return fail(
        ErrorCode::kConflict,
        fmt::format("the data folder '{}' has format {}, written by weir {}; this is weir {}, which reads up "
                    "to format {}: start the newer weir",
                    path.string(), format, writer, version(), kDataFormat));
  }
  return {};
}

}  // namespace

Result<DataFolder> DataFolder::open(const fs::path& path) {
  WEIR_TRY(make_folder(path));
  WEIR_TRY_ASSIGN(lock, lock_folder(path));
  WEIR_TRY(check_format(path));
  return DataFolder(path, std::move(lock));
}

}  // namespace weir
