#include "journal/reader.h"

#include <algorithm>

#include <sys/mman.h>

#include "base/log.h"
#include "journal/record.h"
#include "journal/scan.h"

namespace weir::journal {
namespace {

/// What is read and released leaves resident memory in steps of this.
constexpr std::uint64_t kForgetBytes = 256ULL << 10;

}  // namespace

Reader::Reader(std::filesystem::path folder, Shared& shared, SegmentNumber number, JournalPosition position)
    : folder_(std::move(folder)), shared_(shared), number_(number), position_(position) {
  current_.base = position;
  if (number == 0) return;
  current_ = shared.slot(number);
  if (position < current_.base) {
    note_lost(current_.base.bytes - position.bytes);
    position_ = current_.base;
  }
}

Result<void> Reader::read(std::vector<JournalEntry>& entries, std::size_t max) {
  entries.clear();
  const JournalPosition end{shared_.end.load(std::memory_order_acquire)};
  while (entries.size() < max && position_ < end) {
    const std::uint64_t limit = readable_bytes(end);
    const std::uint64_t offset = position_.bytes - current_.base.bytes;
    if (offset >= limit) {
      if (!enter_next(position_)) break;
      continue;
    }
    WEIR_TRY_ASSIGN(is_there, map_current());
    if (!is_there) {
      note_lost(limit - offset);
      position_.bytes += limit - offset;
      continue;
    }
    const std::span<const std::byte> records(mapped_.back().segment.records(), limit);
    const Decoded decoded = decode_record(records.subspan(offset), position_);
    if (decoded.found == Found::kRecord) {
      position_.bytes += decoded.size;
      entries.push_back({position_, decoded.record});
    } else if (decoded.found == Found::kEndMark) {
      if (!enter_next({current_.base.bytes + current_.capacity})) break;
    } else {
      skip_unreadable(records, offset);
    }
  }
  return {};
}

std::uint64_t Reader::readable_bytes(JournalPosition end) const {
  std::uint64_t limit = std::min(current_.capacity, end.bytes - current_.base.bytes);
  // A segment that was cut short ends where the next one begins.
  if (number_ < shared_.prepared.load(std::memory_order_acquire)) {
    limit = std::min(limit, shared_.slot(number_ + 1).base.bytes - current_.base.bytes);
  }
  return limit;
}

bool Reader::enter_next(JournalPosition expected) {
  if (number_ >= shared_.writing.load(std::memory_order_acquire)) return false;
  current_ = shared_.slot(++number_);
  if (current_.base > expected) note_lost(current_.base.bytes - expected.bytes);
  position_ = std::max(position_, current_.base);
  return true;
}

Result<bool> Reader::map_current() {
  if (!mapped_.empty() && mapped_.back().segment.file.base == current_.base) return true;
  auto segment = map_segment(
      folder_, {.base = current_.base, .bytes = current_.file_bytes, .header_ok = true}, MapMode::kReadOnly);
  if (segment) {
    mapped_.push_back({std::move(*segment)});
    return true;
  }
  // Removed or cut by somebody: it will not come back. Any other error may pass.
  const Error& error = segment.error();
  if (error.code != ErrorCode::kNotFound && error.code != ErrorCode::kCorrupt) return tl::unexpected(error);
  log::error("a journal segment cannot be read", {{"reason", error.detail}});
  return false;
}

void Reader::skip_unreadable(std::span<const std::byte> records, std::uint64_t offset) {
  const std::uint64_t next = offset / kRecordAlign * kRecordAlign + kRecordAlign;
  const std::uint64_t found = find_verified(records, current_.base, next).value_or(records.size());
  note_lost(found - offset);
  position_.bytes += found - offset;
}

void Reader::note_lost(std::uint64_t bytes) {
  shared_.lost_bytes.store(shared_.lost_bytes.load(std::memory_order_relaxed) + bytes,
                           std::memory_order_relaxed);
  log::error("records in the journal are damaged or missing, up to so many bytes of them are lost",
             {{"bytes", bytes},
              {"position", position_.bytes},
              {"segment", SegmentFile{.base = current_.base}.path(folder_).string()},
              {"offset", position_.bytes - std::min(position_, current_.base).bytes + kSegmentHeaderBytes}});
}

void Reader::release(JournalPosition position) {
  position = std::min(position, position_);
  while (!mapped_.empty()) {
    Mapped& front = mapped_.front();
    const SegmentFile& file = front.segment.file;
    const std::uint64_t file_end =
        mapped_.size() > 1 ? mapped_[1].segment.file.base.bytes : file.base.bytes + file.capacity();
    if (position.bytes < file_end) {
      if (position <= file.base) break;
      const std::uint64_t done =
          (position.bytes - file.base.bytes + kSegmentHeaderBytes) / kForgetBytes * kForgetBytes;
      if (done > front.forgotten_bytes) {
        ::madvise(front.segment.map.data() + front.forgotten_bytes, done - front.forgotten_bytes,
                  MADV_DONTNEED);
        front.forgotten_bytes = done;
      }
      break;
    }
    mapped_.pop_front();
  }
  if (position.bytes > shared_.released.load(std::memory_order_relaxed)) {
    shared_.released.store(position.bytes, std::memory_order_release);
  }
}

}  // namespace weir::journal
