// What calls of an API are like, but for when and where they are made: keys, statuses, times, bytes.
//
// One thread. The same seed, the same calls.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "model/usage_record.h"

namespace weir::bench {

class CallMix {
 public:
  /// `spread`: of the logarithm of the times.
  CallMix(std::uint32_t keys, double spread) : keys_(keys) {
    for (int i = 0; i < 4096; ++i) spread_.push_back(std::exp(spread * normal_(random_)));
  }

  /// Makes `record` anew: a few keys do most of the calls, four in five are GET, the others `change`; one in
  /// fifty is over a limit. `typical`: what an upstream takes.
  void fill(UsageRecord& record, Method change, Micros typical) {
    record = {};
    const double share = uniform();
    record.key = KeyId(1 + static_cast<std::uint32_t>(share * share * share * keys_));
    record.method = below(100) < 80 ? Method::kGet : change;
    const std::uint32_t luck = below(1000);
    record.status = luck < 950 ? 200 : luck < 970 ? 404 : luck < 990 ? 429 : luck < 997 ? 500 : 504;
    if (record.status == 429) {
      record.outcome = Outcome::kLimited;
      record.refused_window = 0;
    } else {
      const double took = static_cast<double>(typical.count()) * spread_[below(spread_.size())];
      record.upstream_time = Micros(static_cast<std::int64_t>(took));
      record.bytes_out = 100 + below(8000);
    }
    record.response_time = record.upstream_time + Micros(20 + below(60));
    if (record.method != Method::kGet) record.bytes_in = 50 + below(2000);
  }

  std::uint32_t below(std::size_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
  double uniform() { return static_cast<double>(random_() >> 11) * 0x1p-53; }
  std::mt19937_64& random() { return random_; }

 private:
  std::uint32_t keys_;
  std::mt19937_64 random_{1};
  std::normal_distribution<double> normal_;
  std::vector<double> spread_;
};

}  // namespace weir::bench
