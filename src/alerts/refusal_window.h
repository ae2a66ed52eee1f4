// Refused calls of the last hour, by known key or by source.
//
// Not thread-safe. Bounded: kRefusedSubjectsMax subjects with up to 360 slots of ten seconds each; a subject
// beyond the bound is counted, not kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "alerts/subject_window.h"

namespace weir {

inline constexpr std::size_t kRefusedSubjectsMax = 100'000;
inline constexpr AlertSecond kRefusalSeconds = 3600;

class RefusalWindow {
 public:
  struct Slot {
    std::uint32_t slot = 0;
    RefusalCounts counts;
  };
  using Map = boost::unordered_flat_map<RefusedSubject, std::vector<Slot>, boost::hash<RefusedSubject>>;

  /// False: there is no room for one more subject.
  [[nodiscard]] bool add(std::int64_t slot, const RefusedSubject& subject, const RefusalCounts& counts);
  void expire(std::int64_t from);
  void clear() { subjects_.clear(); }
  [[nodiscard]] RefusalCounts sum(const RefusedSubject& subject, SlotRange range) const;
  [[nodiscard]] const Map& subjects() const { return subjects_; }

  void encode(std::string& out) const;
  [[nodiscard]] static bool take(std::string_view& data, RefusalWindow& window);

 private:
  Map subjects_;
};

}  // namespace weir
