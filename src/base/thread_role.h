// What a thread is called, and how the kernel treats it beside those that serve requests.
#pragma once

namespace weir {

enum class ThreadRole {
  kServing,     // requests wait for it
  kBackground,  // when it wakes it interrupts nobody: it waits until the core is free, or its share is due
                // (SCHED_BATCH)
  kIdle,        // runs when nothing else does (SCHED_IDLE)
};

/// To be called first on the thread itself. `name`: up to 15 characters, as `top -H` shows it. What the
/// kernel refuses is logged.
void begin_thread(const char* name, ThreadRole role);

}  // namespace weir
