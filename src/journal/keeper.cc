#include "journal/keeper.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/breath.h"
#include "base/log.h"

namespace weir::journal {
namespace {

constexpr std::uint64_t kPageBytes = 4096;
/// Prepared ahead of a writer that writes: two seconds of disk stall at 16 MB/s.
constexpr std::uint64_t kAheadBytes = 32ULL << 20;
constexpr std::uint64_t kAheadMin = 2;
/// One to write to, one to go on in: made whatever else needs the disk.
constexpr std::uint64_t kSegmentsMin = 2;
constexpr std::uint64_t kForgetBytes = 256ULL << 10;
/// So many quiet keeps (10 s at 50 ms) end a time of dropping: one line in the log each, not one a burst.
constexpr std::uint32_t kQuietKeeps = 200;

/// A segment nobody has mapped for writing: what a killed process left in the page cache.
Result<void> sync_file(const std::filesystem::path& path) {
  WEIR_TRY_ASSIGN(fd, open_file(path, O_RDONLY));
  if (::fdatasync(fd.get()) != 0) return fail_errno(fmt::format("sync '{}'", path.string()), errno);
  return {};
}

std::uint64_t whole_pages(std::uint64_t bytes) {
  return bytes / kPageBytes * kPageBytes;
}

}  // namespace

Result<bool> Keeper::start(Recovered found) {
  next_base_ = found.end;
  for (std::size_t i = 0; i < found.live.size(); ++i) {
    SegmentFile& file = found.live[i];
    total_bytes_ += file.bytes;
    const bool is_last = i + 1 == found.live.size();
    MappedFile map;
    if (is_last && found.resume) {
      auto segment = map_segment(options_.folder, file, MapMode::kReadWrite);
      if (segment) {
        map = std::move(segment->map);
        next_base_ = {file.base.bytes + file.capacity()};
      } else if (segment.error().retryable) {
        found.resume = false;
      } else {
        return tl::unexpected(segment.error());
      }
    }
    publish(file, std::move(map));
  }
  for (const SegmentFile& file : found.spares) {
    total_bytes_ += file.bytes;
    if (file.bytes == options_.segment_bytes && spares_.size() < kAheadMin) {
      spares_.push_back(file);
    } else {
      discard(file);
    }
  }
  first_written_ = live_.size();
  shared_.writing.store(first_written_, std::memory_order_release);
  shared_.end.store(found.end.bytes, std::memory_order_release);
  shared_.durable.store(shared_.released.load(std::memory_order_relaxed), std::memory_order_release);

  const auto prepared = prepare_ahead(true);
  log_changes(prepared, {});
  if (!prepared && !prepared.error().retryable) return tl::unexpected(prepared.error());
  WEIR_TRY(sync_folder_names());
  return found.resume;
}

Result<void> Keeper::keep() {
  room_is_short_ = would_take_the_reserve();
  recycle_read();
  const auto prepared = prepare_ahead(false);
  auto synced = sync_folder_names();
  if (synced) synced = sync_records();
  log_changes(prepared, synced);
  return synced ? prepared : synced;
}

void Keeper::publish(SegmentFile file, MappedFile map) {
  const SegmentNumber number = shared_.prepared.load(std::memory_order_relaxed) + 1;
  std::byte* records = map ? map.data() + kSegmentHeaderBytes : nullptr;
  shared_.slot(number) = {file.base, file.capacity(), file.bytes, records};
  live_.push_back({number, file, std::move(map)});
  shared_.prepared.store(number, std::memory_order_release);
}

void Keeper::recycle_read() {
  const SegmentNumber writing = shared_.writing.load(std::memory_order_acquire);
  const std::uint64_t released = shared_.released.load(std::memory_order_acquire);
  while (live_.size() > 1 && live_.front().number < writing && live_[1].file.base.bytes <= released) {
    const SegmentFile file = live_.front().file;
    live_.pop_front();
    if (file.bytes == options_.segment_bytes && spares_.size() < ahead_wanted()) {
      spares_.push_back(file);
    } else {
      discard(file);
    }
  }
  while (room_is_short_ && spares_.size() > kAheadMin) {
    discard(spares_.back());
    spares_.pop_back();
  }
}

void Keeper::discard(const SegmentFile& file) {
  const auto path = file.path(options_.folder);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    // It still counts, so that max_bytes holds; the next start tries again.
    log::warn("cannot remove a journal segment that was read", {{"segment", path.string()}});
    return;
  }
  total_bytes_ -= file.bytes;
  names_changed_ = true;
}

bool Keeper::would_take_the_reserve() const {
  if (options_.reserve_bytes == 0) return false;
  std::error_code failure;
  const auto space = std::filesystem::space(options_.folder, failure);
  // Where it cannot be told, the disk itself has the last word.
  return !failure && space.available < options_.reserve_bytes + options_.segment_bytes;
}

std::uint64_t Keeper::ahead_wanted() const {
  if (room_is_short_) return kAheadMin;
  // Until there is traffic an idle server takes little room.
  if (shared_.writing.load(std::memory_order_acquire) <= first_written_ + 1) return kAheadMin;
  return std::max(kAheadMin, kAheadBytes / options_.segment_bytes);
}

Result<void> Keeper::prepare_ahead(bool is_starting) {
  for (;;) {
    const SegmentNumber writing = shared_.writing.load(std::memory_order_acquire);
    const std::uint64_t ahead = shared_.prepared.load(std::memory_order_relaxed) - writing;
    // Before the first segment is entered, it counts as the one written to.
    if (ahead >= ahead_wanted() + (writing == 0 ? 1 : 0)) return {};
    if (live_.size() >= shared_.slots.size()) return {};
    auto spare = take_spare(next_base_);
    if (!spare && total_bytes_ + options_.segment_bytes > options_.max_bytes) return {};
    // Calls leave the journal only for a store that has room to take them. Two segments take turns for ever.
    if (!spare && total_bytes_ >= kSegmentsMin * options_.segment_bytes && would_take_the_reserve()) {
      if (ahead > 0) return {};
      return fail(ErrorCode::kFull,
                  fmt::format("what is free on the disk of '{}' is less than the {} bytes left to the store "
                              "(journal.reserve_bytes): make room there",
                              options_.folder.string(), options_.reserve_bytes),
                  true);
    }
    // A writer about to run out gets a segment at once; it pays for the page faults.
    const Fill fill = is_starting || ahead >= kAheadMin ? Fill::kWhole : Fill::kHeaderOnly;
    std::optional<BreathScope> held;
    if (is_starting || ahead < kAheadMin * 2) held.emplace();
    auto made = make_segment(options_.folder, next_base_, options_.segment_bytes, spare, fill);
    names_changed_ = true;
    if (!made) {
      if (spare) total_bytes_ -= spare->bytes;
      return tl::unexpected(made.error());
    }
    if (!spare) total_bytes_ += made->file.bytes;
    next_base_.bytes += made->file.capacity();
    publish(made->file, std::move(made->map));
  }
}

std::optional<SegmentFile> Keeper::take_spare(JournalPosition base) {
  if (spares_.empty()) return std::nullopt;
  // One that has the name already, else renaming another would replace it.
  auto chosen = std::ranges::find(spares_, base, &SegmentFile::base);
  if (chosen == spares_.end()) --chosen;
  const SegmentFile spare = *chosen;
  spares_.erase(chosen);
  return spare;
}

Result<void> Keeper::sync_folder_names() {
  if (!names_changed_) return {};
  WEIR_TRY(sync_folder(options_.folder));
  names_changed_ = false;
  return {};
}

Result<void> Keeper::sync_records() {
  const std::uint64_t end = shared_.end.load(std::memory_order_acquire);
  const SegmentNumber writing = shared_.writing.load(std::memory_order_acquire);
  for (Live& live : live_) {
    if (live.number > writing) break;
    if (!live.map) {
      if (live.synced_bytes != 0) continue;
      WEIR_TRY(sync_file(live.file.path(options_.folder)));
      live.synced_bytes = std::max<std::uint64_t>(live.file.bytes, 1);
    } else if (live.number < writing) {
      WEIR_TRY(sync_to(live, live.file.bytes));
      live.map.reset();
    } else if (end > live.file.base.bytes) {
      WEIR_TRY(sync_to(live, end - live.file.base.bytes + kSegmentHeaderBytes));
    }
    advance_durable(std::min(end, live.file.base.bytes + live.file.capacity()));
  }
  advance_durable(end);
  return {};
}

Result<void> Keeper::sync_to(Live& live, std::uint64_t file_offset) {
  if (file_offset <= live.synced_bytes) return {};
  const std::uint64_t from = whole_pages(live.synced_bytes);
  if (::msync(live.map.data() + from, file_offset - from, MS_SYNC) != 0) {
    unsure_until_ = shared_.end.load(std::memory_order_acquire);
    return fail_errno(fmt::format("sync '{}'", live.file.path(options_.folder).string()), errno);
  }
  live.synced_bytes = file_offset;
  const std::uint64_t done = file_offset / kForgetBytes * kForgetBytes;
  if (done > live.forgotten_bytes) {
    ::madvise(live.map.data() + live.forgotten_bytes, done - live.forgotten_bytes, MADV_DONTNEED);
    live.forgotten_bytes = done;
  }
  return {};
}

void Keeper::advance_durable(std::uint64_t position) {
  const std::uint64_t released = shared_.released.load(std::memory_order_acquire);
  if (released < unsure_until_) position = released;
  if (position > shared_.durable.load(std::memory_order_relaxed)) {
    shared_.durable.store(position, std::memory_order_release);
  }
}

void Keeper::log_changes(const Result<void>& prepared, const Result<void>& synced) {
  const std::string folder = options_.folder.string();
  if (!prepared && !prepare_failed_) {
    log::error("cannot prepare journal segments: records will be dropped once the prepared ones are full",
               {{"folder", folder}, {"reason", prepared.error().detail}});
  } else if (prepared && prepare_failed_) {
    log::info("journal segments can be prepared again", {{"folder", folder}});
  }
  prepare_failed_ = !prepared;

  if (!synced && !sync_failed_) {
    log::error("cannot sync the journal: a power cut may lose records",
               {{"folder", folder}, {"reason", synced.error().detail}});
  } else if (synced && sync_failed_) {
    log::info("the journal syncs again", {{"folder", folder}});
  }
  sync_failed_ = !synced;

  const std::uint64_t dropped = shared_.dropped_records.load(std::memory_order_relaxed);
  keeps_since_drop_ = dropped > dropped_seen_ ? 0 : keeps_since_drop_ + 1;
  if (dropped > dropped_seen_ && !is_dropping_) {
    is_dropping_ = true;
    log::error("the journal is full: records are being dropped",
               {{"folder", folder}, {"dropped", dropped}, {"max_bytes", options_.max_bytes}});
  } else if (is_dropping_ && keeps_since_drop_ >= kQuietKeeps) {
    is_dropping_ = false;
    log::info("the journal takes every record again", {{"folder", folder}, {"dropped", dropped}});
  }
  dropped_seen_ = dropped;
}

}  // namespace weir::journal
