#include "app/digest_runner.h"

#include "base/log.h"
#include "base/thread_role.h"

namespace weir {
namespace {

constexpr Nanos kLook = Seconds(1);

}  // namespace

DigestRunner::DigestRunner(std::function<Result<void>(UtcTime)> step, const Clock& clock)
    : step_(std::move(step)), clock_(clock) {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    begin_thread("weir-digest");
    run(stop);
  });
}

void DigestRunner::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void DigestRunner::run(const std::stop_token& stop) {
  do {
    const auto done = step_(clock_.utc());
    if (!done && throttle_.pass(clock_.instant())) {
      log::error("the weekly digest cannot be written: trying again", {{"reason", done.error().detail}});
    }
  } while (pause_(stop, kLook));
}

}  // namespace weir
