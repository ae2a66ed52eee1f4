// Calls as an API with ten thousand keys sees them, for benchmarks of what lies behind the journal.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "call_mix.h"
#include "model/usage_record.h"

namespace weir::bench {

/// The same seed, the same calls. The views of a record are valid until the next one.
class SampleTraffic {
 public:
  static constexpr std::uint32_t kKeys = 10'000;

  SampleTraffic(UtcTime start, Micros mean_gap)
      : at_(start), gap_(1.0 / static_cast<double>(mean_gap.count())) {}

  const UsageRecord& next() {
    at_ += Micros(static_cast<std::int64_t>(gap_(mix_.random())));
    UsageRecord& record = record_;
    mix_.fill(record, below(2) == 0 ? Method::kPost : Method::kPut, Micros(5000));
    record.at = at_;
    record.user = UserId(1 + record.key.value() / 3);
    record.source = IpAddress::v4(0x0A000000 + record.key.value() * 7 + below(3));
    record.request_id = make_uuid_v7(static_cast<std::uint64_t>(at_.time_since_epoch().count() / 1000),
                                     mix_.random()(), mix_.random()());
    path_ = "/v1/";
    path_ += kNouns[below(kNouns.size())];
    if (below(10) < 6) path_ += '/' + std::to_string(below(1'000'000)) + (below(2) == 0 ? "" : "/history");
    record.path = path_;
    return record;
  }

  std::uint32_t below(std::size_t bound) { return mix_.below(bound); }

 private:
  inline static const std::vector<std::string> kNouns = {"customers", "orders",  "invoices", "products",
                                                         "payments",  "reports", "status",   "sessions",
                                                         "messages",  "files"};
  UtcTime at_;
  CallMix mix_{kKeys, 1.0};
  std::exponential_distribution<double> gap_;
  UsageRecord record_;
  std::string path_;
};

/// The same call of an API in health: one of a thousand fails, one key of 500 is over its limits, and where
/// it calls from does not change.
inline UsageRecord healthy(UsageRecord record, SampleTraffic& traffic) {
  const bool fails = record.status >= 500 && traffic.below(10) != 0;
  if (fails || (record.outcome == Outcome::kLimited && record.key.value() % 500 != 0)) {
    record.status = 200;
    record.outcome = Outcome::kForwarded;
    record.upstream_time = record.response_time;
  }
  return record;
}

}  // namespace weir::bench
