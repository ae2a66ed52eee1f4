#include "journal/journal.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include "base/file.h"
#include "journal/keeper.h"
#include "journal/reader.h"
#include "journal/recovery.h"
#include "journal/shared.h"
#include "journal/writer.h"

namespace weir {
namespace {

using namespace journal;

constexpr std::uint64_t kSegmentBytesMin = 64ULL << 10;
constexpr std::uint64_t kSegmentBytesMax = 1ULL << 30;
constexpr std::uint64_t kSegmentBytesUnit = 4096;

Result<void> validate(const JournalOptions& options) {
  const std::uint64_t segment = options.segment_bytes;
  if (segment < kSegmentBytesMin || segment > kSegmentBytesMax || segment % kSegmentBytesUnit != 0) {
    return fail(ErrorCode::kInvalid,
                fmt::format("segment_bytes must be {} to {} and a multiple of {}, not {}", kSegmentBytesMin,
                            kSegmentBytesMax, kSegmentBytesUnit, segment));
  }
  if (options.max_bytes < 2 * segment) {
    return fail(ErrorCode::kInvalid, fmt::format("max_bytes must be at least two segments ({} bytes), not {}",
                                                 2 * segment, options.max_bytes));
  }
  return {};
}

/// The folder, made when missing, with a lock that ends with the process.
Result<UniqueFd> lock_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail_errno(fmt::format("make folder '{}'", folder.string()), error.value());
  WEIR_TRY_ASSIGN(fd, open_file(folder, O_RDONLY | O_DIRECTORY));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return fail_errno(fmt::format("lock '{}'", folder.string()), errno);
    return fail(ErrorCode::kConflict,
                fmt::format("journal folder '{}' is in use by another weir: stop that one, or give this one "
                            "another data folder",
                            folder.string()));
  }
  return fd;
}

/// Writer, reader and keeper over what they share.
class FileJournal final : public Journal {
 public:
  FileJournal(const JournalOptions& options, UniqueFd lock, std::size_t live_segments)
      : lock_(std::move(lock)),
        shared_(static_cast<std::size_t>(options.max_bytes / options.segment_bytes) + live_segments),
        keeper_(options, shared_),
        folder_(options.folder) {}

  Result<void> start(Recovered found, JournalPosition stored) {
    const SegmentNumber last = found.live.size();
    const JournalPosition end = found.end;
    shared_.released.store(stored.bytes, std::memory_order_release);
    WEIR_TRY_ASSIGN(resume, keeper_.start(std::move(found)));
    writer_.emplace(shared_, last, end, resume);
    reader_.emplace(folder_, shared_, last == 0 ? 0 : 1, stored);
    return {};
  }

  AppendStatus append(const UsageRecord& record) noexcept override { return writer_->append(record); }
  JournalPosition end() const noexcept override { return {shared_.end.load(std::memory_order_acquire)}; }
  Result<void> read(std::vector<JournalEntry>& entries, std::size_t max) override {
    return reader_->read(entries, max);
  }
  void release(JournalPosition position) override { reader_->release(position); }
  Result<void> keep() override { return keeper_.keep(); }
  JournalPosition durable() const noexcept override {
    return {shared_.durable.load(std::memory_order_acquire)};
  }

  JournalStats stats() const noexcept override {
    const std::uint64_t released = shared_.released.load(std::memory_order_acquire);
    return {.appended_records = shared_.appended_records.load(std::memory_order_relaxed),
            .appended_bytes = shared_.appended_bytes.load(std::memory_order_relaxed),
            .dropped_records = shared_.dropped_records.load(std::memory_order_relaxed),
            .unread_bytes = end().bytes - released,
            .synced_bytes = durable().bytes,
            .lost_bytes = shared_.lost_bytes.load(std::memory_order_relaxed)};
  }

 private:
  UniqueFd lock_;
  Shared shared_;
  Keeper keeper_;
  std::filesystem::path folder_;
  std::optional<Writer> writer_;
  std::optional<Reader> reader_;
};

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(JournalOptions options, JournalPosition stored) {
  WEIR_TRY(validate(options));
  const auto explain = [&](Error error) {
    if (error.code == ErrorCode::kIo || error.code == ErrorCode::kNotFound) {
      error.code = ErrorCode::kIo;
      error.detail += fmt::format(
          " (weir must be able to write to its journal folder '{}': make it writable for the "
          "user weir runs as, or choose another data folder)",
          options.folder.string());
    }
    return tl::unexpected(std::move(error));
  };
  auto lock = lock_folder(options.folder);
  if (!lock) return explain(lock.error());
  auto found = recover(options.folder, stored);
  if (!found) return explain(found.error());
  auto opened = std::make_unique<FileJournal>(options, std::move(*lock), found->live.size());
  if (auto started = opened->start(std::move(*found), stored); !started) return explain(started.error());
  return opened;
}

}  // namespace weir
