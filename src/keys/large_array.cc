#include "keys/large_array.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include <sys/mman.h>

namespace weir {
namespace {

constexpr std::size_t kHugePage = 2U << 20;
constexpr std::size_t kCacheLine = 64;

}  // namespace

void* allocate_large(std::size_t bytes) {
  const std::size_t alignment = bytes >= kHugePage ? kHugePage : kCacheLine;
  bytes = (bytes + alignment - 1) / alignment * alignment;
  void* memory = std::aligned_alloc(alignment, bytes);
  if (memory == nullptr) throw std::bad_alloc();
  if (alignment == kHugePage) (void)::madvise(memory, bytes, MADV_HUGEPAGE);  // only advice: works without
  std::memset(memory, 0, bytes);
  return memory;
}

void free_large(void* memory) noexcept {
  std::free(memory);
}

}  // namespace weir
