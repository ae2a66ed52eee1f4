// Reads the parts of roll-ups a question needs, and adds up their rows by group and point in time.
//
// One scan for one question, of one moment.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/bucket_bands.h"
#include "base/log_histogram.h"
#include "base/result.h"
#include "store/rollup_store.h"
#include "usage/usage_cover.h"

namespace weir {

class ScanHelper;

/// A UsageFilter, names looked up.
struct ScanFilter {
  std::optional<std::vector<std::uint32_t>> keys;  // ascending
  std::optional<std::uint32_t> user;               // the owner, when `keys` are all of theirs
  std::optional<std::uint32_t> endpoint;
  std::optional<std::uint8_t> method;
  std::uint16_t status_min = 0;
  std::uint16_t status_max = UINT16_MAX;
  [[nodiscard]] bool by_status() const { return status_min > 0 || status_max < UINT16_MAX; }
};

/// What is added up beside the requests.
struct ScanMeasures {
  bool errors = true;
  bool limited = true;
  bool other_classes = true;  // client_errors, refused, shadow_limited
  bool bytes = true;
  bool response_times = true;  // count, sum and maximum
  bool upstream_times = true;
};

/// One group at one point.
struct ScanSum {
  RollupMeasures measures;
  LogHistogram response;
  LogHistogram upstream;
};

struct ScanResult {
  std::vector<std::uint32_t> ids;  // of groups, in the order of `sums`
  std::size_t points = 1;
  std::vector<ScanSum> sums;               // group * points + point
  std::vector<BucketBands::Counts> bands;  // of each group, when they are asked for
};

struct ScanQuestion {
  UsageCover cover;
  ScanFilter filter;
  GroupBy group_by = GroupBy::kNone;
  std::function<Result<std::uint32_t>(std::uint32_t key)> user_of;  // for GroupBy::kUser
  ScanMeasures measures;
  bool response_times = false;  // histograms; need their measures
  bool upstream_times = false;
  std::size_t lowest_bucket = 0;       // response times below it are counted, but in no histogram
  const BucketBands* bands = nullptr;  // response times are counted in these, and in no histogram; one point
  /// The only groups to be added up, and their places; null: all, as they are met.
  const boost::unordered_flat_map<std::uint32_t, std::uint32_t>* wanted = nullptr;
  RollupMinute step = 0;         // 0: one point
  ScanResult* room = nullptr;    // whose memory the answer is made in; it is left empty
  ScanHelper* helper = nullptr;  // who takes part when it takes long; then `user_of` is called by two threads
};

/// kCorrupt, kIo, or what `user_of` says.
[[nodiscard]] Result<ScanResult> scan_usage(RollupSnapshot& snapshot, const ScanQuestion& question);

}  // namespace weir
