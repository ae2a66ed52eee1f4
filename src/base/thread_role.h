// What a thread is called, and how the kernel treats it beside the others.
#pragma once

namespace weir {

enum class ThreadRole {
  kNormal,
  kIdle,  // runs when nothing else does (SCHED_IDLE)
};

/// To be called first on the thread itself. `name`: up to 15 characters, as `top -H` shows it. What the
/// kernel refuses is logged.
void begin_thread(const char* name, ThreadRole role = ThreadRole::kNormal);

}  // namespace weir
