// Hard limits on many threads: never one request too many, whatever changes meanwhile.
#include <atomic>
#include <thread>
#include <vector>

#include "limits/limiter_fixture.h"

namespace weir {
namespace {

class LimiterThreads : public LimiterFixture {
 protected:
  /// How many `threads` get admitted together, each trying `tries` times, while `meanwhile` runs here.
  template <class Meanwhile>
  int hammer(int threads, int tries, Meanwhile&& meanwhile) {
    std::atomic<int> count{0};
    std::vector<std::thread> workers;
    for (int t = 0; t < threads; ++t) {
      workers.emplace_back([&] {
        int mine = 0;
        for (int i = 0; i < tries; ++i) mine += take().admitted ? 1 : 0;
        count.fetch_add(mine);
      });
    }
    meanwhile();
    for (auto& worker : workers) worker.join();
    return count;
  }
};

TEST_F(LimiterThreads, ExactlyTheLimitIsAdmitted) {
  for (const auto algorithm : {LimitAlgorithm::kFixed, LimitAlgorithm::kSliding}) {
    LimitSettings settings;
    settings.algorithm = algorithm;
    settings.windows = {{"minute", 60, 10'000}, {"hour", 3600, 100'000}, {"day", 86400, 100'000}};
    std::filesystem::remove(file());
    open(settings);
    EXPECT_EQ(hammer(3, 5'000, [] {}), 10'000);
    EXPECT_EQ(peek().windows[1].remaining, 90'000U);
    clock_.advance(Seconds(120));
    EXPECT_EQ(hammer(2, 10'000, [] {}), 10'000);
  }
}

TEST_F(LimiterThreads, ExactlyTheLimitIsAdmittedWhileSettingsChange) {
  LimitSettings settings;
  settings.windows = {{"minute", 60, 10'000}, {"hour", 3600, 100'000}};
  open(settings);
  LimitSettings other = settings;
  other.windows = {{"spare", 60, 1'000'000}, {"hour", 3600, 100'000}, {"minute", 60, 10'000}};
  const int count = hammer(2, 20'000, [&] {
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(limiter_->reconfigure(i % 2 == 0 ? other : settings));
      (void)limiter_->quota_id("plan " + std::to_string(i), {{"minute", 5}});
    }
  });
  EXPECT_EQ(count, 10'000);
}

/// All seven columns change their windows while threads count: only the columns' new windows may be charged.
TEST_F(LimiterThreads, AColumnIsNeverChargedForTheWindowItHadBefore) {
  LimitSettings first;
  LimitSettings second;
  first.windows.clear();
  second.windows.clear();
  for (char c = 'a'; c < 'h'; ++c) {
    first.windows.push_back({std::string(1, c), 60, 10'000'000});
    second.windows.push_back({std::string("other_") + c, 60, 10'000'000});
  }
  open(first);
  const int count = hammer(2, 20'000, [&] {
    for (int i = 0; i < 51; ++i) ASSERT_TRUE(limiter_->reconfigure(i % 2 == 0 ? second : first));
  });
  EXPECT_EQ(count, 40'000);
  const Decision decision = peek();
  for (std::size_t w = 1; w < kWindowsMax; ++w)
    EXPECT_EQ(decision.windows[w].remaining, decision.windows[0].remaining);
}

TEST_F(LimiterThreads, KeysAreAddedWhileOthersCount) {
  open(one_window(10'000), 10);
  const int count = hammer(2, 10'000, [&] {
    for (std::uint32_t key = 1; key <= 50; ++key) ASSERT_TRUE(limiter_->reserve(KeyId(key * 10'000)));
  });
  EXPECT_EQ(count, 10'000);
}

}  // namespace
}  // namespace weir
