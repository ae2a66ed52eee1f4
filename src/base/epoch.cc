#include "base/epoch.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace weir {
namespace {

constexpr std::uint64_t kIdle = 0;

/// What one thread is reading: the epoch its outermost guard began in. Everything that orders a reader
/// against the collector is a read-modify-write of this one word, so either the collector sees the reader, or
/// the reader sees all that was written before the collector looked.
struct alignas(64) Slot {
  std::atomic<std::uint64_t> epoch{kIdle};
  std::atomic<bool> taken{false};
};

struct Retired {
  std::uint64_t epoch;
  std::function<void()> destroy;
};

struct Domain {
  alignas(64) std::atomic<std::uint64_t> epoch{1};
  alignas(64) std::atomic<std::uint64_t> crowd{0};  // guards of threads without a slot
  std::atomic<int> slots_used{0};                   // no slot from here on was ever taken
  std::array<Slot, kEpochThreads> slots;
  std::mutex mutex;
  std::vector<Retired> retired;  // guarded by mutex; epochs ascend
};

/// Never destroyed: threads may outlive static destruction.
Domain& domain() {
  static Domain& instance = *new Domain;
  return instance;
}

struct ThreadState {
  Slot* slot = nullptr;
  std::uint32_t depth = 0;
  bool in_crowd = false;
  bool exiting = false;
};
thread_local constinit ThreadState t_state;

/// Gives the thread's slot back when the thread ends.
struct SlotReturner {
  ~SlotReturner() {
    t_state.exiting = true;
    if (t_state.slot == nullptr || t_state.depth > 0) return;
    t_state.slot->taken.store(false, std::memory_order_release);
    t_state.slot = nullptr;
  }
};

Slot* take_slot() {
  if (t_state.exiting) return nullptr;
  thread_local SlotReturner returner;
  (void)returner;
  Domain& d = domain();
  for (int i = 0; i < kEpochThreads; ++i) {
    Slot& slot = d.slots[static_cast<std::size_t>(i)];
    if (slot.taken.load(std::memory_order_relaxed) || slot.taken.exchange(true, std::memory_order_acquire))
      continue;
    int used = d.slots_used.load();
    while (used < i + 1 && !d.slots_used.compare_exchange_weak(used, i + 1)) {
    }
    return &slot;
  }
  return nullptr;
}

/// Once a thread: in the fast path of the guard only its result is looked at.
[[gnu::noinline]] void enter_without_slot() {
  t_state.slot = take_slot();
  if (t_state.slot != nullptr) return;
  domain().crowd.fetch_add(1, std::memory_order_acq_rel);
  t_state.in_crowd = true;
}

[[gnu::noinline]] void leave_crowd() {
  t_state.in_crowd = false;
  domain().crowd.fetch_sub(1, std::memory_order_acq_rel);
}

/// The oldest epoch some guard began in; what was retired before it is out of everybody's sight.
std::uint64_t oldest_reader(Domain& d) {
  std::uint64_t oldest = d.epoch.load();
  if (d.crowd.fetch_add(0, std::memory_order_acq_rel) > 0) return 0;
  const int used = d.slots_used.fetch_add(0, std::memory_order_acq_rel);
  for (int i = 0; i < used; ++i) {
    const std::uint64_t epoch =
        d.slots[static_cast<std::size_t>(i)].epoch.fetch_add(0, std::memory_order_acq_rel);
    if (epoch != kIdle) oldest = std::min(oldest, epoch);
  }
  return oldest;
}

}  // namespace

EpochGuard::EpochGuard() noexcept {
  ThreadState& state = t_state;
  if (state.depth++ > 0) return;
  if (state.slot == nullptr) enter_without_slot();
  if (state.slot == nullptr) return;
  // An epoch read too early only delays destruction; one that includes a retirement proves the swap before
  // it.
  state.slot->epoch.exchange(domain().epoch.load(std::memory_order_acquire), std::memory_order_acq_rel);
}

EpochGuard::~EpochGuard() {
  ThreadState& state = t_state;
  if (--state.depth > 0) return;
  if (state.in_crowd) {
    leave_crowd();
  } else {
    state.slot->epoch.store(kIdle, std::memory_order_release);
  }
}

void epoch_retire(std::function<void()> destroy) {
  Domain& d = domain();
  {
    const std::lock_guard lock(d.mutex);
    d.retired.push_back({d.epoch.fetch_add(1, std::memory_order_acq_rel), std::move(destroy)});
  }
  epoch_collect();
}

void epoch_collect() {
  Domain& d = domain();
  std::vector<Retired> due;
  {
    const std::lock_guard lock(d.mutex);
    if (d.retired.empty()) return;
    const std::uint64_t oldest = oldest_reader(d);
    const auto end = std::find_if(d.retired.begin(), d.retired.end(),
                                  [&](const Retired& retired) { return retired.epoch >= oldest; });
    due.assign(std::make_move_iterator(d.retired.begin()), std::make_move_iterator(end));
    d.retired.erase(d.retired.begin(), end);
  }
  for (const auto& retired : due) retired.destroy();
}

}  // namespace weir
