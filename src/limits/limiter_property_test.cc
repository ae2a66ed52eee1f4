// Thousands of random steps against a model that knows nothing of counters: it keeps every admitted request.
#include <map>
#include <random>
#include <vector>

#include "limits/limiter_fixture.h"

namespace weir {
namespace {

struct ModelWindow {
  std::int64_t length_ms;
  std::uint32_t limit;
};

/// Fixed windows, by the book: the first request opens one, its requests count until it ends.
class FixedModel {
 public:
  explicit FixedModel(std::vector<ModelWindow> windows)
      : windows_(std::move(windows)), admitted_(windows_.size()) {}

  [[nodiscard]] std::int64_t used(std::size_t w, std::int64_t now) const {
    std::int64_t sum = 0;
    for (const auto& [at, cost] : open(w, now)) sum += cost;
    return sum;
  }
  [[nodiscard]] std::int64_t reset_ms(std::size_t w, std::int64_t now) const {
    const auto requests = open(w, now);
    return requests.empty() ? 0 : requests.front().first + windows_[w].length_ms - now;
  }
  /// The window that refuses, or -1.
  int take(std::int64_t cost, std::int64_t now) {
    for (std::size_t w = 0; w < windows_.size(); ++w) {
      if (used(w, now) + cost > windows_[w].limit) return static_cast<int>(w);
    }
    for (std::size_t w = 0; w < windows_.size(); ++w) {
      admitted_[w] = open(w, now);
      admitted_[w].emplace_back(now, cost);
    }
    return -1;
  }

 private:
  using Requests = std::vector<std::pair<std::int64_t, std::int64_t>>;
  [[nodiscard]] Requests open(std::size_t w, std::int64_t now) const {
    if (admitted_[w].empty() || now - admitted_[w].front().first >= windows_[w].length_ms) return {};
    return admitted_[w];
  }

  std::vector<ModelWindow> windows_;
  std::vector<Requests> admitted_;
};

/// Sliding windows: requests fall into back-to-back windows from the first one on; those of the window before
/// count by the part of it that the last `length` still covers.
class SlidingModel {
 public:
  explicit SlidingModel(std::vector<ModelWindow> windows)
      : windows_(std::move(windows)), state_(windows_.size()) {}

  [[nodiscard]] std::int64_t used(std::size_t w, std::int64_t now) const {
    const State& s = state_[w];
    const std::int64_t length = windows_[w].length_ms;
    if (s.by_window.empty()) return 0;
    const std::int64_t index = (now - s.origin) / length;
    const std::int64_t into = (now - s.origin) % length;
    const std::int64_t weighted = count(s, index - 1) * (length - into);
    return count(s, index) + weighted / length + (weighted % length != 0 ? 1 : 0);
  }
  [[nodiscard]] std::int64_t reset_ms(std::size_t w, std::int64_t now) const {
    const State& s = state_[w];
    if (used(w, now) == 0) return 0;
    const std::int64_t last = s.by_window.rbegin()->first;
    return s.origin + (last + 2) * windows_[w].length_ms - now;
  }
  int take(std::int64_t cost, std::int64_t now) {
    for (std::size_t w = 0; w < windows_.size(); ++w) {
      if (used(w, now) + cost > windows_[w].limit) return static_cast<int>(w);
    }
    for (std::size_t w = 0; w < windows_.size(); ++w) {
      State& s = state_[w];
      if (used(w, now) == 0) s = {now, {}};
      s.by_window[(now - s.origin) / windows_[w].length_ms] += cost;
    }
    return -1;
  }

 private:
  struct State {
    std::int64_t origin = 0;
    std::map<std::int64_t, std::int64_t> by_window;
  };
  static std::int64_t count(const State& s, std::int64_t index) {
    const auto found = s.by_window.find(index);
    return found == s.by_window.end() ? 0 : found->second;
  }

  std::vector<ModelWindow> windows_;
  std::vector<State> state_;
};

class LimiterProperty : public LimiterFixture {
 protected:
  template <class Model>
  void compare(LimitAlgorithm algorithm, std::uint32_t seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
    LimitSettings settings;
    settings.algorithm = algorithm;
    settings.windows.clear();
    std::vector<ModelWindow> windows;
    const int count = 1 + draw(static_cast<int>(kWindowsMax));
    for (int i = 0; i < count; ++i) {
      const auto seconds = static_cast<std::uint32_t>(1 + draw(30));
      const auto limit = static_cast<std::uint32_t>(1 + draw(40));
      settings.windows.push_back({"w" + std::to_string(i), seconds, limit});
      windows.push_back({seconds * 1000, limit});
    }
    std::filesystem::remove(file());
    open(settings);
    std::vector<Model> keys(4, Model(windows));
    std::int64_t now_ms = 0;
    for (int step = 0; step < 3000; ++step) {
      if (draw(200) == 0) open(settings);
      if (draw(300) == 0) {
        ASSERT_TRUE(limiter_->reconfigure(settings));
      }
      const int pause = draw(10) == 0 ? draw(20'000) : draw(2) * draw(400);
      clock_.advance(Millis(pause));
      now_ms += pause;
      const auto key = static_cast<std::size_t>(draw(4));
      const auto cost = static_cast<std::uint32_t>(1 + (draw(5) == 0 ? draw(12) : 0));
      const Decision decision = take(static_cast<std::uint32_t>(key + 1), cost);
      const int refused = keys[key].take(cost, now_ms);
      ASSERT_EQ(decision.admitted, refused < 0) << "step " << step;
      ASSERT_EQ(decision.refused_window, refused < 0 ? 0xFF : refused) << "step " << step;
      for (std::size_t w = 0; w < windows.size(); ++w) {
        const std::int64_t remaining =
            std::max<std::int64_t>(0, windows[w].limit - keys[key].used(w, now_ms));
        ASSERT_EQ(decision.windows[w].remaining, remaining) << "step " << step;
        ASSERT_EQ(decision.windows[w].reset_seconds, (keys[key].reset_ms(w, now_ms) + 999) / 1000)
            << "step " << step;
      }
    }
  }
};

TEST_F(LimiterProperty, FixedWindowsDoAsTheModel) {
  for (std::uint32_t seed = 1; seed <= 10; ++seed) compare<FixedModel>(LimitAlgorithm::kFixed, seed);
}

TEST_F(LimiterProperty, SlidingWindowsDoAsTheModel) {
  for (std::uint32_t seed = 1; seed <= 10; ++seed) compare<SlidingModel>(LimitAlgorithm::kSliding, seed);
}

/// Whoever obeys Retry-After and is alone is admitted, and one second earlier is not.
TEST_F(LimiterProperty, RetryAfterIsTheFirstWholeSecondWithRoom) {
  for (const auto algorithm : {LimitAlgorithm::kFixed, LimitAlgorithm::kSliding}) {
    std::mt19937 random(7);
    LimitSettings settings = one_window(20, 30);
    settings.algorithm = algorithm;
    std::filesystem::remove(file());
    open(settings);
    for (int step = 0; step < 500; ++step) {
      clock_.advance(Millis(random() % 3000));
      const std::uint32_t cost = 1 + random() % 8;
      const Decision decision = take(1, cost);
      if (decision.admitted) continue;
      ASSERT_GE(decision.retry_after_seconds, 1U);
      clock_.advance(Seconds(decision.retry_after_seconds - 1));
      if (decision.retry_after_seconds > 1) {
        ASSERT_FALSE(take(1, cost).admitted) << "step " << step;
      }
      clock_.advance(Seconds(1));
      ASSERT_TRUE(take(1, cost).admitted) << "step " << step;
    }
  }
}

}  // namespace
}  // namespace weir
