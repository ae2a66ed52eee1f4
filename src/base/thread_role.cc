#include "base/thread_role.h"

#include <pthread.h>
#include <sched.h>

#include "base/log.h"
#include "base/result.h"

namespace weir {
namespace {

int policy_of(ThreadRole role) {
  switch (role) {
    case ThreadRole::kServing:
      return SCHED_OTHER;
    case ThreadRole::kBackground:
      return SCHED_BATCH;
    case ThreadRole::kIdle:
      return SCHED_IDLE;
  }
  return SCHED_OTHER;
}

}  // namespace

void begin_thread(const char* name, ThreadRole role) {
  ::pthread_setname_np(::pthread_self(), name);
  const int policy = policy_of(role);
  if (policy == SCHED_OTHER) return;
  const sched_param none{};
  if (const int refused = ::pthread_setschedparam(::pthread_self(), policy, &none); refused != 0) {
    log::warn("a thread runs with the priority of those that serve requests",
              {{"thread", name}, {"reason", fail_errno("pthread_setschedparam", refused).value().detail}});
  }
}

}  // namespace weir
