// Places by id: of ids that are small, as they mostly are, by position.
//
// Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace weir {

class PlaceIndex {
 public:
  static constexpr std::uint32_t kUnknown = UINT32_MAX - 1;
  /// Ids from here on are looked up by hash.
  static constexpr std::uint32_t kSmall = 1U << 20;

  /// kUnknown until it is set. Valid until the next call.
  std::uint32_t& operator[](std::uint32_t id) { return id < small_.size() ? small_[id] : at_new(id); }

 private:
  std::uint32_t& at_new(std::uint32_t id) {
    if (id >= kSmall) return large_.try_emplace(id, kUnknown).first->second;
    small_.resize(std::min<std::size_t>(kSmall, std::max<std::size_t>(id + 1U, small_.size() * 2)), kUnknown);
    return small_[id];
  }

  std::vector<std::uint32_t> small_;  // at most kSmall
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> large_;
};

}  // namespace weir
