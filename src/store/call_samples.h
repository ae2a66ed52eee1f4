// Calls for tests: random ones that look like an API's traffic, and a plain model of what a filter lets
// through.
#pragma once

#include <deque>
#include <random>
#include <string>
#include <vector>

#include "store/call_log.h"

namespace weir::test {

inline constexpr UtcTime kNoon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} +
                               std::chrono::hours{12}};

/// A record with the texts its views point to. Never moved once filled.
struct SampleCall {
  UsageRecord record;
  std::string path;
  std::string method_text;
  std::string request_id_text;
  std::string refused_window;
  std::string endpoint;  // empty: the path
};

/// Makes calls; the same seed, the same calls. Calls stay where they are.
class SampleCalls {
 public:
  explicit SampleCalls(std::uint64_t seed, bool with_endpoints = false)
      : random_(seed), with_endpoints_(with_endpoints) {}

  const SampleCall& make(UtcTime at) {
    SampleCall& call = calls_.emplace_back();
    UsageRecord& record = call.record;
    record.at = at;
    record.key = KeyId(below(20) == 0 ? 0 : 1 + below(50));
    record.user = UserId(record.key ? 1 + record.key.value() % 7 : 0);
    record.method = static_cast<Method>(below(10));
    if (record.method == Method::kOther) call.method_text = below(2) == 0 ? "PURGE" : "PROPFIND";
    const std::uint16_t statuses[] = {200, 200, 200, 201, 404, 429, 500, 401};
    record.status = statuses[below(8)];
    if (record.status == 429) {
      record.outcome = Outcome::kLimited;
      call.refused_window = below(2) == 0 ? "minute" : "day";
    }
    record.shadow_limited = below(9) == 0;
    record.response_time = Micros(100 + below(1U << below(22)));
    record.upstream_time = record.response_time / 2;
    record.bytes_in = below(5) == 0 ? below(100'000) : 0;
    record.bytes_out = below(1U << below(20));
    switch (below(3)) {
      case 0:
        record.source = IpAddress::v4(0x0A000000 + below(300));
        break;
      case 1:
        for (auto& byte : record.source.bytes) byte = static_cast<std::uint8_t>(below(3) + 0x20);
        break;
      default:
        break;
    }
    if (below(4) == 0) {
      call.request_id_text = "trace-" + std::to_string(below(1'000'000));
    } else {
      for (auto& byte : record.request_id.bytes) byte = static_cast<std::uint8_t>(random_());
    }
    call.path = below(3) == 0 ? "/v1/health" : "/v1/customers/" + std::to_string(below(2000));
    record.path = call.path;
    if (with_endpoints_) call.endpoint = call.path == "/v1/health" ? call.path : "/v1/customers/{id}";
    record.method_text = call.method_text;
    record.request_id_text = call.request_id_text;
    return call;
  }

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
  const SampleCall& any() { return calls_[below(static_cast<std::uint32_t>(calls_.size()))]; }
  [[nodiscard]] const std::deque<SampleCall>& all() const { return calls_; }

  /// A filter of random parts, most of which some call passes.
  CallFilter make_filter() {
    CallFilter filter;
    const SampleCall& like = any();
    if (below(3) == 0) filter.key = like.record.key;
    if (below(4) == 0) filter.user = like.record.user;
    if (below(4) == 0)
      filter.endpoint = below(8) == 0 ? "/nowhere" : like.endpoint.empty() ? like.path : like.endpoint;
    if (below(6) == 0) filter.path = below(8) == 0 ? "/nowhere" : like.path;
    if (below(6) == 0) filter.outcome = like.record.outcome;
    if (below(6) == 0) filter.response_time_min = like.record.response_time - Micros(below(3) * 1000);
    if (below(4) == 0) {
      filter.method = below(8) == 0              ? "BREW"
                      : like.method_text.empty() ? to_string(like.record.method)
                                                 : like.method_text;
    }
    if (below(4) == 0)
      filter.status_min = static_cast<std::uint16_t>(below(2) == 0 ? 400 : like.record.status);
    if (below(4) == 0)
      filter.status_max = static_cast<std::uint16_t>(below(2) == 0 ? 499 : like.record.status);
    if (below(5) == 0) filter.from = like.record.at;
    if (below(5) == 0) filter.to = any().record.at;
    if (below(8) == 0) {
      filter.request_id =
          like.request_id_text.empty() ? like.record.request_id.to_string() : like.request_id_text;
    }
    return filter;
  }

 private:
  std::mt19937_64 random_;
  bool with_endpoints_;
  std::deque<SampleCall> calls_;
};

/// The row a call is to become.
inline CallRow row_of(const SampleCall& call, std::uint64_t id) {
  const UsageRecord& record = call.record;
  return {.id = id,
          .at = record.at,
          .key = record.key,
          .user = record.user,
          .method = call.method_text.empty() ? std::string(to_string(record.method)) : call.method_text,
          .endpoint = call.endpoint.empty() ? call.path : call.endpoint,
          .path = call.path,
          .status = record.status,
          .outcome = record.outcome,
          .refused_window = call.refused_window,
          .shadow_limited = record.shadow_limited,
          .response_time = record.response_time,
          .upstream_time = record.upstream_time,
          .bytes_in = record.bytes_in,
          .bytes_out = record.bytes_out,
          .source = record.source,
          .request_id = call.request_id_text.empty() ? record.request_id.to_string() : call.request_id_text};
}

/// What a filter means, one call at a time.
inline bool passes(const CallRow& row, const CallFilter& filter) {
  return (!filter.key || row.key == *filter.key) && (!filter.user || row.user == *filter.user) &&
         (!filter.endpoint || row.endpoint == *filter.endpoint) &&
         (!filter.path || row.path == *filter.path) && (!filter.outcome || row.outcome == *filter.outcome) &&
         (!filter.response_time_min || row.response_time >= *filter.response_time_min) &&
         (!filter.method || row.method == *filter.method) &&
         (!filter.status_min || row.status >= *filter.status_min) &&
         (!filter.status_max || row.status <= *filter.status_max) &&
         (!filter.from || row.at >= *filter.from) && (!filter.to || row.at < *filter.to) &&
         (!filter.request_id || row.request_id == *filter.request_id) &&
         (filter.before_id == 0 || row.id < filter.before_id);
}

inline auto tied(const CallRow& row) {
  return std::tie(row.id, row.at, row.key, row.user, row.method, row.endpoint, row.path, row.status,
                  row.outcome, row.refused_window, row.shadow_limited, row.response_time, row.upstream_time,
                  row.bytes_in, row.bytes_out, row.source, row.request_id);
}

}  // namespace weir::test
