#include "alerts/slot_bytes.h"

#include <algorithm>
#include <cstring>

namespace weir {
namespace {

/// Blocks of the allocator come in steps of 16 bytes, 8 of which are its own.
std::uint32_t whole_block(std::uint32_t size) {
  return std::max<std::uint32_t>(24, (size + 8 + 15) / 16 * 16 - 8);
}

}  // namespace

std::uint32_t SlotBytes::place_of(std::int64_t slot) const {
  std::uint32_t at = size_ > 0 && slot >= newest_ ? last_ : 0;
  while (at < size_ && slot_at(at) < slot) at = behind(at);
  return at;
}

SlotBytes::Bytes SlotBytes::find(std::int64_t slot) const {
  const std::uint32_t at = place_of(slot);
  if (at == size_ || slot_at(at) != slot) return {};
  return bytes_at(at);
}

void SlotBytes::put(std::int64_t slot, Bytes bytes) {
  const std::uint32_t at = place_of(slot);
  const bool is_new = at == size_ || slot_at(at) != slot;
  const std::uint32_t end = is_new ? at : behind(at);
  const auto wanted = static_cast<std::uint32_t>(kHeadBytes + bytes.size());
  const std::uint32_t rest = size_ - end;
  const std::uint32_t size = at + wanted + rest;
  if (size > capacity_) move_to_block(size + size / 8);
  if (rest > 0) std::memmove(&data_[at + wanted], &data_[end], rest);
  data_[at] = static_cast<std::uint8_t>(slot);
  data_[at + 1] = static_cast<std::uint8_t>(bytes.size());
  if (!bytes.empty()) std::memcpy(&data_[at + kHeadBytes], bytes.data(), bytes.size());
  if (rest == 0) {
    last_ = static_cast<std::uint16_t>(at);
    newest_ = static_cast<std::uint32_t>(slot);
  } else {
    last_ = static_cast<std::uint16_t>(last_ + size - size_);
  }
  if (at == 0) oldest_ = static_cast<std::uint32_t>(slot);
  size_ = static_cast<std::uint16_t>(size);
}

void SlotBytes::drop_front(std::uint32_t bytes) {
  size_ = static_cast<std::uint16_t>(size_ - bytes);
  last_ = static_cast<std::uint16_t>(last_ - std::min<std::uint32_t>(last_, bytes));
  if (size_ == 0) {
    data_.reset();
    capacity_ = 0;
    return;
  }
  std::memmove(&data_[0], &data_[bytes], size_);
  oldest_ = static_cast<std::uint32_t>(slot_at(0));
  if (capacity_ > 2 * whole_block(size_)) move_to_block(size_);
}

void SlotBytes::move_to_block(std::uint32_t size) {
  capacity_ = static_cast<std::uint16_t>(std::min<std::uint32_t>(whole_block(size), 0xFFFF));
  auto block = std::make_unique_for_overwrite<std::uint8_t[]>(capacity_);
  if (size_ > 0) std::memcpy(block.get(), data_.get(), size_);
  data_ = std::move(block);
}

}  // namespace weir
