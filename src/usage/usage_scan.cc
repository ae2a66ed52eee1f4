#include "usage/usage_scan.h"

#include <algorithm>
#include <array>

#include "usage/rollup_cuts.h"

namespace weir {
namespace {

using Values = std::span<const std::uint64_t>;

bool leads_with_endpoint(RollupCut cut) {
  return cut == RollupCut::kEndpoints || cut == RollupCut::kPairsByEndpoint;
}

class Scanner {
 public:
  Scanner(RollupSnapshot& snapshot, const ScanQuestion& question) : snapshot_(snapshot), question_(question) {
    const UsageCover& cover = question.cover;
    if (question.step > 0) {
      result_.points = static_cast<std::size_t>((cover.to - cover.from) / question.step);
    }
    if (question.wanted != nullptr) {
      result_.ids.resize(question.wanted->size());
      for (const auto& [id, place] : *question.wanted) result_.ids[place] = id;
      result_.sums.resize(result_.ids.size() * result_.points);
    } else if (question.group_by == GroupBy::kNone) {
      group_of(0);
    }
  }

  Result<void> run() {
    std::vector<RollupBlock> blocks;
    for (const UsageSpan& span : question_.cover.spans) {
      blocks.clear();
      WEIR_TRY(snapshot_.blocks(span.tier, span.from, span.to, blocks));
      for (int tier = 0; tier < static_cast<int>(span.tier); ++tier) {
        WEIR_TRY(snapshot_.unfolded(static_cast<RollupTier>(tier), span.from, span.to, SIZE_MAX / 2, blocks));
      }
      for (const RollupBlock& block : blocks) WEIR_TRY(scan_block(block));
    }
    return {};
  }

  ScanResult take() { return std::move(result_); }

 private:
  static constexpr std::uint32_t kNobody = UINT32_MAX;

  Result<void> scan_block(const RollupBlock& block) {
    RollupCut cut = cut_for(question_.filter, question_.group_by);
    if (!tier_has_cut(block.tier, cut)) cut = RollupCut::kPairs;
    point_ = question_.step > 0
                 ? static_cast<std::size_t>((block.period - question_.cover.from) / question_.step)
                 : 0;
    for (const RollupPartRef& part : block.parts) {
      if (part.cut == cut && may_match(part)) WEIR_TRY(scan_part(part));
    }
    return {};
  }

  bool may_match(const RollupPartRef& part) const {
    const ScanFilter& filter = question_.filter;
    if (part.cut == RollupCut::kTotals) return true;
    if (leads_with_endpoint(part.cut)) {
      return !filter.endpoint || (part.first <= *filter.endpoint && *filter.endpoint <= part.last);
    }
    if (!filter.keys) return true;
    const auto found = std::lower_bound(filter.keys->begin(), filter.keys->end(), part.first);
    return found != filter.keys->end() && *found <= part.last;
  }

  Result<void> scan_part(const RollupPartRef& part) {
    {
      WEIR_TRY_ASSIGN(counts, snapshot_.counts(part.id));
      WEIR_TRY(reader_.open(part.cut, part.rows, counts));
    }
    WEIR_TRY(select_rows());
    if (rows_.empty()) return {};
    WEIR_TRY(place_rows());
    WEIR_TRY(add_counts(part.cut));
    return question_.histograms ? add_histograms(part) : Result<void>{};
  }

  /// Fills rows_ with those that match.
  Result<void> select_rows() {
    const ScanFilter& filter = question_.filter;
    rows_.resize(reader_.rows());
    for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i] = static_cast<std::uint32_t>(i);
    if (filter.keys) {
      WEIR_TRY(keep_rows(RollupColumn::kKey, [&keys = *filter.keys](std::uint64_t key) {
        return keys.size() == 1 ? key == keys[0] : std::binary_search(keys.begin(), keys.end(), key);
      }));
    }
    if (filter.endpoint) {
      WEIR_TRY(keep_rows(RollupColumn::kEndpoint,
                         [id = *filter.endpoint](std::uint64_t value) { return value == id; }));
    }
    if (filter.method) {
      WEIR_TRY(keep_rows(RollupColumn::kMethod,
                         [id = *filter.method](std::uint64_t value) { return value == id; }));
    }
    if (filter.by_status()) {
      WEIR_TRY(keep_rows(RollupColumn::kStatus, [&filter](std::uint64_t value) {
        return value >= filter.status_min && value <= filter.status_max;
      }));
    }
    return {};
  }

  template <class Keep>
  Result<void> keep_rows(RollupColumn column, Keep keep) {
    if (rows_.empty()) return {};
    WEIR_TRY_ASSIGN(values, reader_.column(column));
    std::size_t kept = 0;
    for (const std::uint32_t row : rows_) {
      rows_[kept] = row;
      kept += keep(values[row]) ? 1 : 0;
    }
    rows_.resize(kept);
    return {};
  }

  RollupColumn group_column() const {
    switch (question_.group_by) {
      case GroupBy::kEndpoint:
        return RollupColumn::kEndpoint;
      case GroupBy::kStatus:
        return RollupColumn::kStatus;
      case GroupBy::kMethod:
        return RollupColumn::kMethod;
      case GroupBy::kOutcome:
        return RollupColumn::kOutcome;
      default:
        return RollupColumn::kKey;
    }
  }

  /// Fills places_: which sum each row of rows_ belongs to. Rows nobody wants are dropped.
  Result<void> place_rows() {
    places_.resize(rows_.size());
    if (question_.group_by == GroupBy::kNone) {
      std::fill(places_.begin(), places_.end(), static_cast<std::uint32_t>(point_));
      return {};
    }
    WEIR_TRY_ASSIGN(values, reader_.column(group_column()));
    std::uint64_t last = UINT64_MAX;
    std::uint32_t place = kNobody;
    std::size_t kept = 0;
    for (const std::uint32_t row : rows_) {
      if (values[row] != last) {
        last = values[row];
        place = group_of(static_cast<std::uint32_t>(last));
      }
      if (place == kNobody) continue;
      rows_[kept] = row;
      places_[kept++] = static_cast<std::uint32_t>(place * result_.points + point_);
    }
    rows_.resize(kept);
    places_.resize(kept);
    return {};
  }

  std::uint32_t group_of(std::uint32_t value) {
    const std::uint32_t id = question_.group_by == GroupBy::kUser ? question_.user_of(value) : value;
    if (question_.wanted != nullptr) {
      const auto found = question_.wanted->find(id);
      return found == question_.wanted->end() ? kNobody : found->second;
    }
    const auto [found, is_new] = index_.try_emplace(id, static_cast<std::uint32_t>(result_.ids.size()));
    if (is_new) {
      result_.ids.push_back(id);
      result_.sums.resize(result_.ids.size() * result_.points);
    }
    return found->second;
  }

  template <class Put>
  Result<void> each(RollupColumn column, Put put) {
    WEIR_TRY_ASSIGN(values, reader_.column(column));
    for (std::size_t i = 0; i < rows_.size(); ++i) put(result_.sums[places_[i]].measures, values[rows_[i]]);
    return {};
  }
  Result<void> sum(RollupColumn column, std::uint64_t RollupMeasures::*member) {
    return each(column, [member](RollupMeasures& sum, std::uint64_t value) { sum.*member += value; });
  }
  /// A single duration is its own maximum, and is stored as the sum only.
  Result<void> largest(RollupColumn column, RollupColumn single, RollupColumn count,
                       std::uint64_t RollupMeasures::*member) {
    WEIR_TRY_ASSIGN(counts, reader_.column(count));
    WEIR_TRY_ASSIGN(singles, reader_.column(single));
    WEIR_TRY_ASSIGN(values, reader_.column(column));
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const std::uint32_t row = rows_[i];
      std::uint64_t& most = result_.sums[places_[i]].measures.*member;
      most = std::max(most, counts[row] > 1 ? values[row] : singles[row]);
    }
    return {};
  }

  Result<void> add_counts(RollupCut cut) {
    WEIR_TRY(sum(RollupColumn::kRequests, &RollupMeasures::requests));
    WEIR_TRY(sum(RollupColumn::kShadowLimited, &RollupMeasures::shadow_limited));
    WEIR_TRY(sum(RollupColumn::kBytesIn, &RollupMeasures::bytes_in));
    WEIR_TRY(sum(RollupColumn::kBytesOut, &RollupMeasures::bytes_out));
    WEIR_TRY(sum(RollupColumn::kResponseSum, &RollupMeasures::response_sum));
    WEIR_TRY(sum(RollupColumn::kUpstreamCount, &RollupMeasures::upstream_count));
    WEIR_TRY(sum(RollupColumn::kUpstreamSum, &RollupMeasures::upstream_sum));
    WEIR_TRY(largest(RollupColumn::kResponseMax, RollupColumn::kResponseSum, RollupColumn::kRequests,
                     &RollupMeasures::response_max));
    WEIR_TRY(largest(RollupColumn::kUpstreamMax, RollupColumn::kUpstreamSum, RollupColumn::kUpstreamCount,
                     &RollupMeasures::upstream_max));
    if (has_status(cut)) return add_classes();
    WEIR_TRY(sum(RollupColumn::kErrors, &RollupMeasures::errors));
    WEIR_TRY(sum(RollupColumn::kClientErrors, &RollupMeasures::client_errors));
    WEIR_TRY(sum(RollupColumn::kLimited, &RollupMeasures::limited));
    return sum(RollupColumn::kRefused, &RollupMeasures::refused);
  }

  Result<void> add_classes() {
    WEIR_TRY_ASSIGN(statuses, reader_.column(RollupColumn::kStatus));
    WEIR_TRY_ASSIGN(outcomes, reader_.column(RollupColumn::kOutcome));
    WEIR_TRY_ASSIGN(requests, reader_.column(RollupColumn::kRequests));
    RollupDims dims;
    RollupMeasures classes;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const std::uint32_t row = rows_[i];
      if (statuses[row] < 400 && outcomes[row] == 0) continue;  // forwarded and well
      dims.status = static_cast<std::uint16_t>(statuses[row]);
      dims.outcome = static_cast<std::uint8_t>(outcomes[row]);
      classes.requests = requests[row];
      derive_measures(dims, classes);
      RollupMeasures& sum = result_.sums[places_[i]].measures;
      sum.errors += classes.errors;
      sum.client_errors += classes.client_errors;
      sum.limited += classes.limited;
      sum.refused += classes.refused;
    }
    return {};
  }

  Result<void> add_histograms(const RollupPartRef& part) {
    WEIR_TRY_ASSIGN(requests, reader_.column(RollupColumn::kRequests));
    WEIR_TRY_ASSIGN(sums, reader_.column(RollupColumn::kResponseSum));
    WEIR_TRY_ASSIGN(upstream_counts, reader_.column(RollupColumn::kUpstreamCount));
    WEIR_TRY_ASSIGN(upstream_sums, reader_.column(RollupColumn::kUpstreamSum));
    WEIR_TRY_ASSIGN(bytes, snapshot_.histograms(part.id));
    WEIR_TRY(reader_.open_histograms(bytes));
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const std::uint32_t row = rows_[i];
      ScanSum& sum = result_.sums[places_[i]];
      const RollupHistograms histograms = reader_.histograms(row);
      WEIR_TRY(merge_rollup_durations(requests[row], sums[row], histograms.response, sum.response));
      WEIR_TRY(merge_rollup_durations(upstream_counts[row], upstream_sums[row], histograms.upstream,
                                      sum.upstream));
    }
    return {};
  }

  RollupSnapshot& snapshot_;
  const ScanQuestion& question_;
  ScanResult result_;
  std::size_t point_ = 0;
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> index_;
  RollupPartReader reader_;
  std::vector<std::uint32_t> rows_;
  std::vector<std::uint32_t> places_;
};

}  // namespace

RollupCut cut_for(const ScanFilter& filter, GroupBy group_by) {
  const bool by_key = filter.keys.has_value() || group_by == GroupBy::kKey || group_by == GroupBy::kUser;
  const bool by_endpoint = filter.endpoint.has_value() || group_by == GroupBy::kEndpoint;
  if (by_key && by_endpoint) {
    // What narrows is what the rows had better be ordered by.
    return filter.keys ? RollupCut::kPairs : RollupCut::kPairsByEndpoint;
  }
  if (by_endpoint) return RollupCut::kEndpoints;
  if (!by_key) return RollupCut::kTotals;
  const bool detail = filter.method || filter.by_status() || group_by == GroupBy::kStatus ||
                      group_by == GroupBy::kMethod || group_by == GroupBy::kOutcome;
  return detail ? RollupCut::kKeyDetail : RollupCut::kKeys;
}

Result<ScanResult> scan_usage(RollupSnapshot& snapshot, const ScanQuestion& question) {
  Scanner scanner(snapshot, question);
  WEIR_TRY(scanner.run());
  return scanner.take();
}

}  // namespace weir
