#include "base/thread_role.h"

#include <pthread.h>
#include <sched.h>

#include "base/log.h"
#include "base/result.h"

namespace weir {

void begin_thread(const char* name, ThreadRole role) {
  ::pthread_setname_np(::pthread_self(), name);
  if (role == ThreadRole::kNormal) return;
  const sched_param none{};
  if (const int refused = ::pthread_setschedparam(::pthread_self(), SCHED_IDLE, &none); refused != 0) {
    log::warn("a thread runs with the priority of everything else",
              {{"thread", name}, {"reason", fail_errno("pthread_setschedparam", refused).value().detail}});
  }
}

}  // namespace weir
