#include "limits/limiter.h"

#include <algorithm>
#include <atomic>

#include <sched.h>

#include "base/epoch.h"
#include "limits/counter_file.h"
#include "limits/fixed_window.h"
#include "limits/policy.h"
#include "limits/sliding_window.h"

namespace weir {
namespace {

/// Holds one key's slot, for some ten nanoseconds. What a killed process left locked counts as free, as every
/// opening of the file locks with a value of its own.
class SlotLock {
 public:
  SlotLock(const CounterSlot& slot, std::uint32_t mine) noexcept : lock_(slot.head.lock) {
    for (int spins = 0;; ++spins) {
      std::uint32_t seen = lock_.load(std::memory_order_relaxed);
      if (seen != mine && lock_.compare_exchange_weak(seen, mine, std::memory_order_acquire)) return;
      // The holder cannot be waiting for anything; when it lasts it was preempted, perhaps in our favour.
      if (spins > 256)
        ::sched_yield();
      else
        __builtin_ia32_pause();
    }
  }
  ~SlotLock() { lock_.store(0, std::memory_order_release); }
  SlotLock(const SlotLock&) = delete;
  SlotLock& operator=(const SlotLock&) = delete;

 private:
  std::atomic_ref<std::uint32_t> lock_;
};

std::uint32_t seconds_up(std::int64_t ns) {
  return ns <= 0 ? 0 : static_cast<std::uint32_t>((ns + 999'999'999) / 1'000'000'000);
}

enum class Intent { kTake, kLook };

/// The counter of the policy's window `i`, with a start in the future mended for good: while only the reading
/// of it were mended, a key that keeps being refused would stay refused for as long as the clock was wrong.
WindowCounter load(const CounterSlot& slot, const Policy& policy, std::size_t i, std::int64_t now_ns,
                   Intent intent) {
  const std::uint8_t column = policy.column[i];
  if (slot.head.tenants[column] != policy.tenant[i]) return {};
  const WindowCounter stored = slot.column(column);
  const WindowCounter clamped = clamp_start(stored, now_ns);
  if (intent == Intent::kTake && clamped.start_ns != stored.start_ns) [[unlikely]] {
    store_whole(slot.column(column), clamped);
  }
  return clamped;
}

/// A kill between these stores leaves a request charged that was never answered, or void counts under the
/// last tenant: never room that was not there.
void store(const CounterSlot& slot, const Policy& policy, std::size_t i, const WindowCounter& counter) {
  const std::uint8_t column = policy.column[i];
  store_whole(slot.column(column), counter);
  std::atomic_signal_fence(std::memory_order_release);
  if (slot.head.tenants[column] != policy.tenant[i]) slot.head.tenants[column] = policy.tenant[i];
}

template <class Window>
Decision decide(const CounterSlot& slot, const Policy& policy, const Quota& quota, std::uint32_t cost,
                std::int64_t now_ns, Intent intent) {
  Decision decision;
  std::array<WindowCounter, kWindowsMax> counters;
  std::array<std::uint32_t, kWindowsMax> used;
  for (std::size_t i = 0; i < policy.count; ++i) {
    counters[i] = Window::settle(load(slot, policy, i, now_ns, intent), now_ns, policy.length_ns[i]);
    used[i] = Window::used(counters[i], now_ns, policy.length_ns[i]);
    if (decision.refused_window == 0xFF && !has_room(used[i], cost, quota[i])) {
      decision.refused_window = static_cast<std::uint8_t>(i);
    }
  }
  const bool over = decision.refused_window != 0xFF;
  decision.shadow_limited = over && policy.settings.shadow;
  decision.admitted = !over || policy.settings.shadow;
  if (!decision.admitted) {
    const std::size_t i = decision.refused_window;
    const std::int64_t room_at = Window::room_at(counters[i], cost, quota[i], now_ns, policy.length_ns[i]);
    decision.retry_after_seconds = std::max(1U, seconds_up(room_at - std::max(now_ns, counters[i].start_ns)));
  }
  const bool charge = intent == Intent::kTake && decision.admitted && cost > 0;
  for (std::size_t i = 0; i < policy.count; ++i) {
    if (charge) {
      counters[i] = Window::charge(counters[i], cost, now_ns);
      used[i] = add_saturated(used[i], cost);
      store(slot, policy, i, counters[i]);
    }
    WindowState& state = decision.windows[i];
    state.limit = quota[i];
    state.remaining = quota[i] == kUnlimited ? kUnlimited : quota[i] - std::min(quota[i], used[i]);
    if (counters[i].is_open()) {
      const std::int64_t full_at = Window::full_at(counters[i], policy.length_ns[i]);
      state.reset_seconds = seconds_up(full_at - std::max(now_ns, counters[i].start_ns));
    }
  }
  return decision;
}

class MappedLimiter final : public Limiter {
 public:
  explicit MappedLimiter(std::unique_ptr<CounterFile> file)
      : file_(std::move(file)), anchor_(file_->header().anchor) {}
  ~MappedLimiter() override { delete policy_.load(); }

  [[nodiscard]] Result<void> reserve(KeyId max_id) override { return file_->reserve(max_id.value()); }
  [[nodiscard]] QuotaId quota_id(const std::string& plan, const LimitOverrides& own) override;
  [[nodiscard]] Result<void> reconfigure(const LimitSettings& settings) override;

  [[nodiscard]] Decision take(KeyId key, QuotaId quota, std::uint32_t cost, Instant now) noexcept override {
    return answer(key, quota, cost, now, Intent::kTake);
  }
  [[nodiscard]] Decision peek(KeyId key, QuotaId quota, Instant now) noexcept override {
    return answer(key, quota, 1, now, Intent::kLook);
  }

 private:
  Decision answer(KeyId key, QuotaId quota, std::uint32_t cost, Instant now, Intent intent) noexcept;

  const std::unique_ptr<CounterFile> file_;
  const TimeAnchor anchor_;
  const std::uint32_t lock_value_ = file_->header().opens;
  std::atomic<Policy*> policy_{nullptr};
  QuotaNames names_;  // of the thread that reconfigures
};

/// Of a key without counters: nothing is counted, nothing refused.
Decision decide_uncounted(const Policy& policy, const Quota& quota) {
  Decision decision;
  for (std::size_t i = 0; i < policy.count; ++i) decision.windows[i] = {quota[i], quota[i], 0};
  return decision;
}

Decision MappedLimiter::answer(KeyId key, QuotaId quota_id, std::uint32_t cost, Instant now,
                               Intent intent) noexcept {
  const std::uint32_t id = key.value();
  const bool counted = id != 0 && id < file_->capacity();
  if (counted) __builtin_prefetch(&file_->slot(id).head, 1);
  Decision decision;
  const Policy* policy;
  if (counted) [[likely]] {
    const CounterSlot slot = file_->slot(id);
    const SlotLock lock(slot, lock_value_);
    // Read under the lock: no thread goes by settings older than those this slot has already seen, so a
    // column that changes its window is never written for the last one again.
    policy = policy_.load(std::memory_order_acquire);
    const Quota& quota = policy->quota(quota_id);
    const std::int64_t now_ns = anchor_.at(now);
    decision = policy->settings.algorithm == LimitAlgorithm::kSliding
                   ? decide<SlidingWindow>(slot, *policy, quota, cost, now_ns, intent)
                   : decide<FixedWindow>(slot, *policy, quota, cost, now_ns, intent);
  } else {
    policy = policy_.load(std::memory_order_acquire);
    decision = decide_uncounted(*policy, policy->quota(quota_id));
  }
  decision.window_count = policy->count;
  decision.settings_generation = policy->generation;
  decision.settings = &policy->settings;
  return decision;
}

QuotaId MappedLimiter::quota_id(const std::string& plan, const LimitOverrides& own) {
  const QuotaId id = names_.intern(plan, own);
  policy_.load(std::memory_order_relaxed)->resolve(names_);
  return id;
}

Result<void> MappedLimiter::reconfigure(const LimitSettings& settings) {
  WEIR_TRY(validate(settings));
  Policy* const old = policy_.load(std::memory_order_relaxed);
  CounterHeader& header = file_->header();
  const CounterHeader before = header;
  const auto columns =
      header.assign(settings.windows, old != nullptr ? old->settings.windows : settings.windows);
  if (auto saved = file_->save_header(); !saved) {
    header.columns = before.columns;
    return saved;
  }
  auto policy = std::make_unique<Policy>(settings, old != nullptr ? old->generation + 1 : 1, columns, header);
  policy->resolve(names_);
  policy_.store(policy.release(), std::memory_order_release);
  if (old != nullptr) epoch_retire([old] { delete old; });
  return {};
}

}  // namespace

Result<std::unique_ptr<Limiter>> Limiter::open(const std::filesystem::path& file,
                                               const LimitSettings& settings, UtcTime utc, Instant boot) {
  WEIR_TRY(validate(settings));
  WEIR_TRY_ASSIGN(counters, CounterFile::open(file, utc, boot));
  auto limiter = std::make_unique<MappedLimiter>(std::move(counters));
  WEIR_TRY(limiter->reconfigure(settings));
  return limiter;
}

}  // namespace weir
