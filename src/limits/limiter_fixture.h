// A limiter on a file of its own and a clock that stands still: for the tests of this folder.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/epoch.h"
#include "base/temporary_folder.h"
#include "limits/limiter.h"

namespace weir {

class LimiterFixture : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "counters"; }

  /// Opens the file as the next process would after a kill: nothing was closed or written out before.
  void open(const LimitSettings& settings, std::uint32_t keys = 100) {
    auto opened = Limiter::open(file(), settings, clock_.utc(), clock_.instant());
    ASSERT_TRUE(opened) << opened.error().detail;
    killed_ = std::move(limiter_);
    limiter_ = std::move(*opened);
    ASSERT_TRUE(limiter_->reserve(KeyId(keys)));
  }

  Decision take(std::uint32_t key = 1, std::uint32_t cost = 1, QuotaId quota = {}) {
    const EpochGuard guard;
    return limiter_->take(KeyId(key), quota, cost, clock_.instant());
  }
  Decision peek(std::uint32_t key = 1, QuotaId quota = {}) {
    const EpochGuard guard;
    return limiter_->peek(KeyId(key), quota, clock_.instant());
  }
  /// How many of `tries` are admitted.
  int admitted(int tries, std::uint32_t key = 1) {
    int count = 0;
    for (int i = 0; i < tries; ++i) count += take(key).admitted ? 1 : 0;
    return count;
  }

  static LimitSettings one_window(std::uint32_t limit, std::uint32_t seconds = 60) {
    LimitSettings settings;
    settings.windows = {{"minute", seconds, limit}};
    return settings;
  }

  TemporaryFolder folder_;
  ManualClock clock_;
  std::unique_ptr<Limiter> limiter_;
  std::unique_ptr<Limiter> killed_;
};

}  // namespace weir
