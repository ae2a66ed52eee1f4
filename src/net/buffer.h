// A byte buffer that is filled at the back and read off the front.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace weir::net {

/// Not thread-safe. Views into it are valid until `make_room` or `release`.
class Buffer {
 public:
  explicit Buffer(std::size_t capacity) : initial_capacity_(capacity) {}

  [[nodiscard]] std::string_view readable() const { return {data_.get() + begin_, end_ - begin_}; }
  [[nodiscard]] char* writable() { return data_.get() + end_; }
  [[nodiscard]] std::size_t writable_size() const { return capacity_ - end_; }
  [[nodiscard]] bool empty() const { return begin_ == end_; }

  void filled(std::size_t bytes) { end_ += bytes; }
  void consume(std::size_t bytes) {
    begin_ += bytes;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  /// Makes room for at least `bytes` more, moving or growing what is there.
  void make_room(std::size_t bytes) {
    if (writable_size() >= bytes) return;
    const std::size_t held = end_ - begin_;
    if (capacity_ >= held + bytes && begin_ > 0) {
      std::memmove(data_.get(), data_.get() + begin_, held);
    } else {
      std::size_t grown = capacity_ == 0 ? initial_capacity_ : capacity_ * 2;
      while (grown < held + bytes) grown *= 2;
      std::unique_ptr<char[]> larger(new char[grown]);
      if (held > 0) std::memcpy(larger.get(), data_.get() + begin_, held);
      data_ = std::move(larger);
      capacity_ = grown;
    }
    begin_ = 0;
    end_ = held;
  }

  /// Gives memory above the initial capacity back when nothing is held.
  void shrink() {
    if (!empty() || capacity_ <= initial_capacity_) return;
    data_.reset();
    capacity_ = begin_ = end_ = 0;
  }

 private:
  std::size_t initial_capacity_;
  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace weir::net
