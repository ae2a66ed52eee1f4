#include "base/epoch.h"

#include <atomic>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Epoch, DestroysAtOnceWhenNobodyReads) {
  bool destroyed = false;
  epoch_retire([&] { destroyed = true; });
  EXPECT_TRUE(destroyed);
}

TEST(Epoch, WaitsForAGuardThatMayHaveSeenTheObject) {
  bool destroyed = false;
  {
    const EpochGuard guard;
    std::thread([&] { epoch_retire([&] { destroyed = true; }); }).join();
    EXPECT_FALSE(destroyed);
    epoch_collect();
    EXPECT_FALSE(destroyed);
  }
  epoch_collect();
  EXPECT_TRUE(destroyed);
}

TEST(Epoch, DoesNotWaitForAGuardThatBeganLater) {
  bool destroyed = false;
  std::latch entered(1), retired(1), later(1), done(1);
  std::thread early([&] {
    const EpochGuard guard;
    entered.count_down();
    retired.wait();
  });
  entered.wait();
  epoch_retire([&] { destroyed = true; });
  EXPECT_FALSE(destroyed);
  std::thread late([&] {
    const EpochGuard guard;
    later.count_down();
    done.wait();
  });
  later.wait();
  retired.count_down();
  early.join();
  epoch_collect();
  EXPECT_TRUE(destroyed);
  done.count_down();
  late.join();
}

TEST(Epoch, KeepsTheOutermostOfNestedGuards) {
  bool destroyed = false;
  {
    const EpochGuard outer;
    { const EpochGuard inner; }
    std::thread([&] { epoch_retire([&] { destroyed = true; }); }).join();
    EXPECT_FALSE(destroyed);
  }
  epoch_collect();
  EXPECT_TRUE(destroyed);
}

TEST(Epoch, GivesSlotsBackWhenThreadsEnd) {
  for (int i = 0; i < 3 * kEpochThreads; ++i) {
    std::thread([] { const EpochGuard guard; }).join();
  }
  bool destroyed = false;
  epoch_retire([&] { destroyed = true; });
  EXPECT_TRUE(destroyed);
}

TEST(Epoch, ProtectsThreadsBeyondTheSlots) {
  constexpr int kThreads = kEpochThreads + 8;
  std::latch entered(kThreads), done(1);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      const EpochGuard guard;
      entered.count_down();
      done.wait();
    });
  }
  entered.wait();
  bool destroyed = false;
  epoch_retire([&] { destroyed = true; });
  EXPECT_FALSE(destroyed);
  done.count_down();
  for (auto& thread : threads) thread.join();
  epoch_collect();
  EXPECT_TRUE(destroyed);
}

/// Readers follow a pointer a writer keeps replacing; a sanitizer sees any use after destruction.
TEST(Epoch, ReadersNeverSeeADestroyedObject) {
  struct Object {
    explicit Object(int v) : value(v), twice(2 * v) {}
    ~Object() { value = -1; }
    int value, twice;
  };
  std::atomic<Object*> current{new Object(1)};
  std::atomic<bool> stop{false};
  std::atomic<int> bad{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!stop.load(std::memory_order_relaxed)) {
        const EpochGuard guard;
        const Object* seen = current.load(std::memory_order_acquire);
        if (seen->value < 0 || seen->twice != 2 * seen->value) bad.fetch_add(1);
      }
    });
  }
  for (int i = 2; i < 5000; ++i) {
    Object* old = current.exchange(new Object(i), std::memory_order_acq_rel);
    epoch_retire([old] { delete old; });
  }
  stop = true;
  for (auto& reader : readers) reader.join();
  epoch_collect();
  delete current.load();
  EXPECT_EQ(bad, 0);
}

}  // namespace
}  // namespace weir
