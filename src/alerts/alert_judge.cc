#include "alerts/alert_judge.h"

#include <utility>

namespace weir {

AlertJudge::AlertJudge(AlertSettings settings, std::string environment, AlertDirectory directory, bool series)
    : settings_(std::move(settings)),
      environment_(std::move(environment)),
      directory_(std::move(directory)),
      series_(series) {
  rules_.emplace(settings_, environment_, directory_);
}

void AlertJudge::set_settings(AlertSettings settings) {
  settings_ = std::move(settings);
  rules_.emplace(settings_, environment_, directory_);
}

void AlertJudge::judge_windows(const WindowSet& windows, const TouchedSubjects& touched, bool everything,
                               AlertSecond now, const AlertInputs& inputs, std::vector<AlertEvent>& events) {
  subjects_.choose(*rules_, windows, touched, everything);
  const DetectorView view{.rules = *rules_,
                          .windows = windows,
                          .inputs = inputs,
                          .now = now,
                          .touched = touched,
                          .everything = everything,
                          .subjects = subjects_,
                          .series = series_};
  for (AlertEvent& event : step(*rules_, detect(view, limit_memory_, scratch_), everything, now, book_))
    events.push_back(std::move(event));
  if (everything) limit_memory_.expire(now);
}

}  // namespace weir
