// Which keys and endpoints an evaluation has to look at: most cannot be above any threshold, and what their
// windows have at hand tells.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "alerts/rule_book.h"
#include "alerts/window_set.h"

namespace weir {

struct JudgedSubject {
  std::uint32_t id;
  const SubjectWindow* window;
};

struct JudgedSubjects {
  std::vector<JudgedSubject> keys;
  std::vector<JudgedSubject> endpoints;

  /// Those among `touched`, or among all, that some rule may have to say something about. Until the windows
  /// change.
  void choose(const RuleBook& rules, const WindowSet& windows, const TouchedSubjects& touched,
              bool everything);
};

}  // namespace weir
