// A zeroed array on huge pages where it is large: a look-up among a million keys meets cold memory at every
// step, and with 4 KiB pages each step would miss the processor's address cache too.
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>

namespace weir {

/// Zeroed bytes, aligned to a cache line. Ends the process when there is no memory, like new.
[[nodiscard]] void* allocate_large(std::size_t bytes);
void free_large(void* memory) noexcept;

struct LargeDeleter {
  void operator()(void* memory) const noexcept { free_large(memory); }
};

/// For types whose zero bytes are their initial value, such as atomics of integers.
template <class T>
using LargeArray = std::unique_ptr<T[], LargeDeleter>;

template <class T>
[[nodiscard]] LargeArray<T> make_large_array(std::size_t count) {
  static_assert(std::is_trivially_destructible_v<T>);
  return LargeArray<T>(static_cast<T*>(allocate_large(count * sizeof(T))));
}

}  // namespace weir
