#include "alerts/judged_subjects.h"

namespace weir {
namespace {

template <class IsOfInterest>
void choose_from(const WindowSet::Subjects& subjects, const std::vector<TouchedSubject>& touched,
                 bool everything, IsOfInterest is_of_interest, std::vector<JudgedSubject>& out) {
  out.clear();
  const auto consider = [&](std::uint32_t id, const SubjectWindow& window) {
    if (is_of_interest(window)) out.push_back({.id = id, .window = &window});
  };
  if (everything) {
    for (const auto& [id, window] : subjects) consider(id, window);
    return;
  }
  for (const TouchedSubject& subject : touched) consider(subject.id, subjects.at(subject.position));
}

/// The first bucket that stands for more than `seconds`.
std::uint32_t first_bucket_above(double seconds) {
  std::uint32_t bucket = 0;
  for (std::uint32_t most = kLatencyBuckets; bucket < most;) {
    const std::uint32_t middle = (bucket + most) / 2;
    if (latency_of(static_cast<std::uint16_t>(middle)) > seconds)
      most = middle;
    else
      bucket = middle + 1;
  }
  return bucket;
}

}  // namespace

void JudgedSubjects::choose(const RuleBook& rules, const WindowSet& windows, const TouchedSubjects& touched,
                            bool everything) {
  const std::uint32_t slow = first_bucket_above(rules.clear_up_to(AlertType::kResponseTime));
  const std::uint32_t busy = rules.least_calls(AlertType::kUsageSpike);
  const auto fails = [slow](const SubjectWindow& window) {
    return window.slowest_bucket() >= slow || window.total().errors > 0;
  };
  // Spikes are looked for when everything is.
  const auto misused = [everything, busy](const SubjectWindow& window) {
    return window.total().refused > 0 || (everything && window.total().calls >= busy);
  };
  choose_from(
      windows.keys(), touched.keys, everything,
      [&](const SubjectWindow& window) { return fails(window) || misused(window); }, keys);
  choose_from(windows.endpoints(), touched.endpoints, everything, fails, endpoints);
}

}  // namespace weir
