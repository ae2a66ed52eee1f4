// Calls as an API with ten thousand keys sees them, for benchmarks of what lies behind the journal.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "model/usage_record.h"

namespace weir::bench {

/// The same seed, the same calls. The views of a record are valid until the next one.
class SampleTraffic {
 public:
  static constexpr std::uint32_t kKeys = 10'000;

  SampleTraffic(UtcTime start, Micros mean_gap)
      : at_(start), gap_(1.0 / static_cast<double>(mean_gap.count())) {}

  const UsageRecord& next() {
    at_ += Micros(static_cast<std::int64_t>(gap_(random_)));
    UsageRecord& record = record_;
    record = {};
    record.at = at_;
    const double share = uniform();  // a few keys do most of the calls
    record.key = KeyId(1 + static_cast<std::uint32_t>(share * share * share * kKeys));
    record.user = UserId(1 + record.key.value() / 3);
    record.method = below(10) < 7 ? Method::kGet : below(2) == 0 ? Method::kPost : Method::kPut;
    const std::uint32_t luck = below(1000);
    record.status = luck < 930 ? 200 : luck < 960 ? 404 : luck < 990 ? 429 : luck < 996 ? 500 : 504;
    if (record.status == 429) {
      record.outcome = Outcome::kLimited;
      record.refused_window = 0;
    } else {
      record.upstream_time = Micros(static_cast<std::int64_t>(5000 * std::exp(normal_(random_))));
      record.bytes_out = 100 + below(8000);
    }
    record.response_time = record.upstream_time + Micros(20 + below(60));
    if (record.method != Method::kGet) record.bytes_in = 50 + below(2000);
    record.source = IpAddress::v4(0x0A000000 + record.key.value() * 7 + below(3));
    record.request_id =
        make_uuid_v7(static_cast<std::uint64_t>(at_.time_since_epoch().count() / 1000), random_(), random_());
    path_ = "/v1/";
    path_ += kNouns[below(kNouns.size())];
    if (below(10) < 6) path_ += '/' + std::to_string(below(1'000'000)) + (below(2) == 0 ? "" : "/history");
    record.path = path_;
    return record;
  }

  std::uint32_t below(std::size_t bound) { return static_cast<std::uint32_t>(random_() % bound); }

 private:
  double uniform() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

  inline static const std::vector<std::string> kNouns = {"customers", "orders",  "invoices", "products",
                                                         "payments",  "reports", "status",   "sessions",
                                                         "messages",  "files"};
  UtcTime at_;
  std::mt19937_64 random_{1};
  std::exponential_distribution<double> gap_;
  std::normal_distribution<double> normal_;
  UsageRecord record_;
  std::string path_;
};

}  // namespace weir::bench
