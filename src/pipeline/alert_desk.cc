#include "pipeline/alert_desk.h"

#include <utility>

namespace weir {

Result<AlertChange> AlertDesk::ask(AlertRequest request, Millis patience) {
  auto waiting = std::make_shared<Waiting>();
  waiting->request = std::move(request);
  std::unique_lock lock(mutex_);
  if (waiting_.size() >= kDeskMax)
    return fail(ErrorCode::kFull, "too many changes of alerts wait already: try again", true);
  waiting_.push_back(waiting);
  if (answered_.wait_for(lock, patience, [&] { return waiting->answer.has_value(); }))
    return *std::move(waiting->answer);
  if (std::erase(waiting_, waiting) > 0)
    return fail(ErrorCode::kUnavailable, "the alerts do not answer now: nothing was changed", true);
  return fail(ErrorCode::kUnavailable, "the store does not answer now: the change may still be made", true);
}

std::vector<AlertDesk::WaitingPtr> AlertDesk::take() {
  const std::lock_guard lock(mutex_);
  std::vector<WaitingPtr> taken(waiting_.begin(), waiting_.end());
  waiting_.clear();
  return taken;
}

void AlertDesk::answer(const WaitingPtr& waiting, Result<AlertChange> answer) {
  {
    const std::lock_guard lock(mutex_);
    waiting->answer = std::move(answer);
  }
  answered_.notify_all();
}

}  // namespace weir
