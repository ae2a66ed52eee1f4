#include "limits/counter_file.h"

#include <algorithm>
#include <cerrno>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

namespace weir {
namespace {

constexpr std::uint64_t kCopyStride = 4096;  // each copy of the header in its own page
constexpr std::uint64_t kBlocksOffset = 2 * kCopyStride;

constexpr std::uint64_t kBlocksMax = kLimiterKeysMax / CounterBlock::kKeys;

constexpr std::uint64_t bytes_for(std::uint64_t blocks) {
  return kBlocksOffset + blocks * sizeof(CounterBlock);
}

Result<std::uint64_t> size_of(int fd, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return fail_errno(fmt::format("stat '{}'", path.string()), errno);
  return static_cast<std::uint64_t>(status.st_size);
}

bool all_zero(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

std::string damaged_name(const std::filesystem::path& file, UtcTime utc) {
  std::string time = to_rfc3339(std::chrono::floor<Seconds>(utc)).substr(0, 19) + "Z";
  std::erase(time, '-');
  std::erase(time, ':');
  return file.string() + ".damaged-" + time;
}

}  // namespace

Result<std::unique_ptr<CounterFile>> CounterFile::open(const std::filesystem::path& file, UtcTime utc,
                                                       Instant boot) {
  for (bool again = false;; again = true) {
    WEIR_TRY_ASSIGN(fd, open_file(file, O_RDWR | O_CREAT));
    std::unique_ptr<CounterFile> counters(new CounterFile(file, std::move(fd)));
    const auto loaded = counters->load(utc, boot);
    if (loaded) return counters;
    Error error = loaded.error();
    error.detail = fmt::format("'{}': {}", file.string(), error.detail);
    if (error.code != ErrorCode::kCorrupt || again) return tl::unexpected<Error>(std::move(error));
    const std::string aside = damaged_name(file, utc);
    log::error("the counter file is damaged: every limit begins with nothing counted",
               {{"reason", error.detail}, {"kept_as", aside}});
    if (::rename(file.c_str(), aside.c_str()) != 0)
      return fail_errno(fmt::format("rename '{}'", file.string()), errno);
  }
}

Result<void> CounterFile::load(UtcTime utc, Instant boot) {
  WEIR_TRY_ASSIGN(size, size_of(fd_.get(), path_));
  WEIR_TRY(read_header(size));
  const bool fresh = header_.opens == 0;
  header_.anchor = continue_anchor(header_.anchor, current_boot_id(), utc, boot);
  header_.opens = std::max<std::uint32_t>(1, header_.opens + 1);
  WEIR_TRY_ASSIGN(mapping, map_file(fd_.get(), bytes_for(kBlocksMax), MapMode::kReadWrite));
  mapping_ = std::move(mapping);
  blocks_ = reinterpret_cast<CounterBlock*>(mapping_.data() + kBlocksOffset);
  // Also for blocks that are there: a file copied with holes would fail at a write to one on a full disk.
  const std::uint64_t blocks = size > kBlocksOffset ? (size - kBlocksOffset) / sizeof(CounterBlock) : 0;
  const auto keys = std::clamp<std::uint64_t>(blocks, 1, kBlocksMax) * CounterBlock::kKeys;
  WEIR_TRY(reserve(static_cast<std::uint32_t>(keys - 1)));
  WEIR_TRY(save_header());
  if (fresh && ::fdatasync(fd_.get()) != 0) return fail_errno("fdatasync", errno);
  return {};
}

/// The newer of the two copies that is whole. A file a kill left before its first header counts as new.
Result<void> CounterFile::read_header(std::uint64_t size) {
  std::string bytes(kBlocksOffset, '\0');
  const ssize_t got = ::pread(fd_.get(), bytes.data(), bytes.size(), 0);
  if (got < 0) return fail_errno("read", errno);
  if (all_zero(bytes) && size <= bytes_for(1)) return {};
  const auto first = decode_counter_header(std::string_view(bytes).substr(0, kCounterHeaderBytes));
  const auto second = decode_counter_header(std::string_view(bytes).substr(kCopyStride, kCounterHeaderBytes));
  for (const auto* copy : {&first, &second}) {
    if (!*copy && copy->error().code == ErrorCode::kConflict) return tl::unexpected<Error>(copy->error());
  }
  if (!first && !second) return tl::unexpected<Error>(first.error());
  const bool take_first = first && (!second || first->sequence > second->sequence);
  header_ = take_first ? *first : *second;
  return {};
}

Result<void> CounterFile::save_header() {
  ++header_.sequence;
  const auto bytes = encode(header_);
  const auto offset = static_cast<off_t>(header_.sequence % 2 * kCopyStride);
  const ssize_t written = ::pwrite(fd_.get(), bytes.data(), bytes.size(), offset);
  if (written == static_cast<ssize_t>(bytes.size())) return {};
  return fail_errno(fmt::format("write '{}'", path_.string()), written < 0 ? errno : EIO);
}

Result<void> CounterFile::reserve(std::uint32_t max_id) {
  if (max_id >= kLimiterKeysMax) {
    return fail(ErrorCode::kFull, fmt::format("there is room for the counters of {} keys, key {} is beyond",
                                              kLimiterKeysMax - 1, max_id));
  }
  const std::uint32_t capacity = capacity_.load(std::memory_order_relaxed);
  if (max_id < capacity) return {};
  const std::uint32_t wanted = max_id / CounterBlock::kKeys + 1;
  const int error = ::posix_fallocate(fd_.get(), 0, static_cast<off_t>(bytes_for(wanted)));
  if (error != 0) {
    return fail_errno(fmt::format("reserve {} bytes for '{}'", bytes_for(wanted), path_.string()), error);
  }
  capacity_.store(wanted * CounterBlock::kKeys, std::memory_order_release);
  return {};
}

}  // namespace weir
