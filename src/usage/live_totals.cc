#include "usage/live_totals.h"

#include <algorithm>
#include <utility>

namespace weir {

void LiveTotals::add(const UsageRecord& record) {
  ++open_.requests;
  if (record.status >= 500)
    ++open_.errors;
  else if (record.status >= 400)
    ++open_.client_errors;
  if (record.outcome == Outcome::kLimited) ++open_.limited;
  open_.bytes_in += record.bytes_in;
  open_.bytes_out += record.bytes_out;
  if (record.response_time > Micros(0)) {
    ++open_.measured;
    times_.add(record.response_time);
  }
  open_.max = std::max(open_.max, record.response_time);
  sum_micros_ += static_cast<std::uint64_t>(std::max<std::int64_t>(0, record.response_time.count()));
}

void LiveTotals::tick(UtcTime now) {
  if (opened_ == UtcTime{} || now < opened_) opened_ = now;
  if (now - opened_ < Seconds{1}) return;
  open_.at = now;
  if (open_.measured > 0) {
    open_.mean = Micros(static_cast<std::int64_t>(sum_micros_ / open_.measured));
    open_.p50 = times_.percentile(0.5, open_.max);
    open_.p95 = times_.percentile(0.95, open_.max);
    open_.p99 = times_.percentile(0.99, open_.max);
  }
  closed_(std::exchange(open_, {}));
  times_.clear();
  sum_micros_ = 0;
  // On whole seconds of its own, so that late ticks do not add up.
  opened_ = now - (now - opened_) % Seconds{1};
}

}  // namespace weir
