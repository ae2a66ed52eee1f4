#include "net/task.h"

#include <array>
#include <new>

namespace weir::net {
namespace {

constexpr std::size_t kGranule = 128;
constexpr std::size_t kClasses = 64;        // frames up to 8 KiB are kept
constexpr std::size_t kKeptPerClass = 256;  // a thread, of each size

/// Free frames of one thread, a list a size class.
class FramePool {
 public:
  FramePool() = default;
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;
  ~FramePool() {
    for (auto& list : lists_) {
      while (list.head != nullptr) ::operator delete(pop(list));
    }
  }

  void* allocate(std::size_t size_class) {
    List& list = lists_[size_class];
    return list.head != nullptr ? pop(list) : ::operator new((size_class + 1) * kGranule);
  }

  void free(void* frame, std::size_t size_class) noexcept {
    List& list = lists_[size_class];
    if (list.count == kKeptPerClass) {
      ::operator delete(frame);
      return;
    }
    list.head = new (frame) Node{list.head};
    ++list.count;
  }

 private:
  struct Node {
    Node* next;
  };
  struct List {
    Node* head = nullptr;
    std::size_t count = 0;
  };

  static void* pop(List& list) {
    Node* node = list.head;
    list.head = node->next;
    --list.count;
    return node;
  }

  std::array<List, kClasses> lists_;
};

thread_local FramePool pool;

}  // namespace

void* allocate_frame(std::size_t bytes) {
  const std::size_t size_class = (bytes - 1) / kGranule;
  return size_class < kClasses ? pool.allocate(size_class) : ::operator new(bytes);
}

void free_frame(void* frame, std::size_t bytes) noexcept {
  const std::size_t size_class = (bytes - 1) / kGranule;
  if (size_class < kClasses)
    pool.free(frame, size_class);
  else
    ::operator delete(frame);
}

}  // namespace weir::net
