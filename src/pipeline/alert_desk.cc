#include "pipeline/alert_desk.h"

#include <utility>

namespace weir {

namespace {

tl::unexpected<Error> stopping() {
  return fail(ErrorCode::kUnavailable, "weir is stopping: nothing was changed", true);
}

}  // namespace

Result<AlertChange> AlertDesk::ask(AlertRequest request, Millis patience) {
  auto waiting = std::make_shared<Waiting>();
  waiting->request = std::move(request);
  std::unique_lock lock(mutex_);
  if (closed_) return stopping();
  if (waiting_.size() >= kDeskMax)
    return fail(ErrorCode::kFull, "too many changes of alerts wait already: try again", true);
  waiting_.push_back(waiting);
  if (answered_.wait_for(lock, patience, [&] { return waiting->answer.has_value(); }))
    return *std::move(waiting->answer);
  if (std::erase(waiting_, waiting) > 0)
    return fail(ErrorCode::kUnavailable, "the alerts do not answer now: nothing was changed", true);
  return fail(ErrorCode::kUnavailable, "the store does not answer now: the change may still be made", true);
}

void AlertDesk::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (const auto& waiting : waiting_) waiting->answer = stopping();
    waiting_.clear();
  }
  answered_.notify_all();
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
