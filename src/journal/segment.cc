#include "journal/segment.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/breath.h"
#include "base/crc32c.h"

namespace weir::journal {
namespace {

constexpr std::array<char, 8> kMagic = {'W', 'E', 'I', 'R', 'J', 'R', 'N', 'L'};
constexpr std::string_view kSuffix = ".segment";
constexpr std::size_t kNameDigits = 20;
/// Written at once when a segment is filled: the page cache then keeps it as one piece, which is mapped by
/// one fault and synced as one.
constexpr std::size_t kFillChunkBytes = 64ULL << 10;

std::uint32_t header_crc(SegmentHeader header) noexcept {
  header.crc = 0;
  return crc32c(&header, sizeof header);
}

Result<void> write_at(int fd, std::span<const std::byte> bytes, std::uint64_t offset,
                      const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0) {
      if (errno == EINTR) continue;
      return fail_errno(fmt::format("write '{}'", path.string()), errno);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return {};
}

Result<void> allocate(int fd, std::uint64_t bytes, const std::filesystem::path& path) {
  int error = EINTR;
  while (error == EINTR) error = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes));
  if (error != 0) return fail_errno(fmt::format("allocate {} bytes for '{}'", bytes, path.string()), error);
  return {};
}

Result<void> fill_segment(int fd, JournalPosition base, std::uint64_t bytes, Fill fill,
                          const std::filesystem::path& path) {
  const SegmentHeader header = make_segment_header(base, bytes);
  const auto header_bytes = std::as_bytes(std::span(&header, 1));
  if (fill == Fill::kHeaderOnly) return write_at(fd, header_bytes, 0, path);
  std::vector<std::byte> chunk(kFillChunkBytes);
  std::ranges::copy(header_bytes, chunk.begin());
  for (std::uint64_t offset = 0; offset < bytes; offset += kFillChunkBytes) {
    const auto size = std::min<std::uint64_t>(kFillChunkBytes, bytes - offset);
    WEIR_TRY(write_at(fd, std::span(chunk).first(size), offset, path));
    if (offset == 0) std::fill_n(chunk.begin(), kSegmentHeaderBytes, std::byte{0});
    breathe();
  }
  return {};
}

/// The header of a file, if it has a whole one.
Result<std::optional<SegmentHeader>> read_header(const std::filesystem::path& path, std::uint64_t& bytes) {
  WEIR_TRY_ASSIGN(fd, open_file(path, O_RDONLY));
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return fail_errno(fmt::format("stat '{}'", path.string()), errno);
  bytes = static_cast<std::uint64_t>(status.st_size);
  std::array<std::byte, kSegmentHeaderBytes> start{};
  const ssize_t got = ::pread(fd.get(), start.data(), start.size(), 0);
  if (got < 0) return fail_errno(fmt::format("read '{}'", path.string()), errno);
  return parse_segment_header(std::span(start).first(static_cast<std::size_t>(got)));
}

Result<MappedSegment> make_in(const std::filesystem::path& path, const SegmentFile& file, bool fresh,
                              Fill fill) {
  WEIR_TRY_ASSIGN(fd, open_file(path, fresh ? O_RDWR | O_CREAT | O_TRUNC : O_RDWR));
  if (fresh) WEIR_TRY(allocate(fd.get(), file.bytes, path));
  WEIR_TRY(fill_segment(fd.get(), file.base, file.bytes, fill, path));
  WEIR_TRY_ASSIGN(map, map_file(fd.get(), file.bytes, MapMode::kReadWrite));
  return MappedSegment{file, std::move(map)};
}

}  // namespace

SegmentHeader make_segment_header(JournalPosition base, std::uint64_t bytes) noexcept {
  SegmentHeader header{.magic = kMagic,
                       .version = kFormatVersion,
                       .crc = 0,
                       .base = base.bytes,
                       .bytes = bytes,
                       .reserved = {}};
  header.crc = header_crc(header);
  return header;
}

std::optional<SegmentHeader> parse_segment_header(std::span<const std::byte> bytes) noexcept {
  SegmentHeader header;
  if (bytes.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.magic != kMagic || header.crc != header_crc(header)) return std::nullopt;
  return header;
}

std::string segment_name(JournalPosition base) {
  return fmt::format("{:0{}}{}", base.bytes, kNameDigits, kSuffix);
}

std::optional<JournalPosition> parse_segment_name(std::string_view name) noexcept {
  if (name.size() != kNameDigits + kSuffix.size() || !name.ends_with(kSuffix)) return std::nullopt;
  std::uint64_t base = 0;
  const char* digits_end = name.data() + kNameDigits;
  const auto [end, error] = std::from_chars(name.data(), digits_end, base);
  if (error != std::errc{} || end != digits_end) return std::nullopt;
  return JournalPosition{base};
}

std::filesystem::path SegmentFile::path(const std::filesystem::path& folder) const {
  return folder / segment_name(base);
}

Result<std::vector<SegmentFile>> list_segments(const std::filesystem::path& folder) {
  std::vector<SegmentFile> files;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const auto base = parse_segment_name(it->path().filename().string());
    if (!base) continue;
    SegmentFile file{.base = *base, .bytes = 0, .header_ok = false};
    WEIR_TRY_ASSIGN(header, read_header(it->path(), file.bytes));
    if (header && header->version > kFormatVersion) {
      return fail(
          ErrorCode::kConflict,
          fmt::format("'{}' is of journal format {}, this weir knows up to {}: start the newer weir that "
                      "wrote it, or give this one another data folder",
                      it->path().string(), header->version, kFormatVersion));
    }
    file.header_ok = header && header->base == base->bytes && header->bytes == file.bytes;
    files.push_back(file);
  }
  if (error) return fail_errno(fmt::format("list '{}'", folder.string()), error.value());
  std::ranges::sort(files, {}, &SegmentFile::base);
  return files;
}

Result<MappedSegment> map_segment(const std::filesystem::path& folder, const SegmentFile& file,
                                  MapMode mode) {
  const auto path = file.path(folder);
  WEIR_TRY_ASSIGN(fd, open_file(path, mode == MapMode::kReadOnly ? O_RDONLY : O_RDWR));
  // A page past the end of a file that has shrunk since is a SIGBUS when touched.
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return fail_errno(fmt::format("stat '{}'", path.string()), errno);
  if (static_cast<std::uint64_t>(status.st_size) < file.bytes) {
    return fail(ErrorCode::kCorrupt, fmt::format("'{}' has shrunk from {} to {} bytes while in use",
                                                 path.string(), file.bytes, status.st_size));
  }
  if (mode == MapMode::kReadWrite) WEIR_TRY(allocate(fd.get(), file.bytes, path));
  WEIR_TRY_ASSIGN(map, map_file(fd.get(), file.bytes, mode));
  return MappedSegment{file, std::move(map)};
}

Result<MappedSegment> make_segment(const std::filesystem::path& folder, JournalPosition base,
                                   std::uint64_t bytes, const std::optional<SegmentFile>& spare, Fill fill) {
  const SegmentFile file{.base = base, .bytes = bytes, .header_ok = true};
  const auto path = file.path(folder);
  if (spare) {
    const auto old_path = spare->path(folder);
    if (::rename(old_path.c_str(), path.c_str()) != 0) {
      return fail_errno(fmt::format("rename '{}' to '{}'", old_path.string(), path.string()), errno);
    }
  }
  auto made = make_in(path, file, !spare, fill);
  if (!made) ::unlink(path.c_str());
  return made;
}

}  // namespace weir::journal
