// Integer identifiers that cannot be swapped for one another.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace weir {

/// An identifier of `Tag`. 0 means "none" throughout weir; the store hands out 1 and up.
template <class Tag, class Integer = std::uint32_t>
class StrongId {
 public:
  using Value = Integer;

  constexpr StrongId() = default;
  explicit constexpr StrongId(Integer value) : value_(value) {}

  [[nodiscard]] constexpr Integer value() const { return value_; }
  explicit constexpr operator bool() const { return value_ != 0; }
  friend constexpr auto operator<=>(StrongId, StrongId) = default;

 private:
  Integer value_ = 0;
};

}  // namespace weir

template <class Tag, class Integer>
struct std::hash<weir::StrongId<Tag, Integer>> {
  std::size_t operator()(weir::StrongId<Tag, Integer> id) const noexcept {
    return std::hash<Integer>{}(id.value());
  }
};
