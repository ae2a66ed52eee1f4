#include "usage/usage_scan.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>

#include "usage/rollup_cuts.h"

namespace weir {
namespace {

using Values = std::span<const std::uint64_t>;

bool leads_with_endpoint(RollupCut cut) {
  return cut == RollupCut::kEndpoints || cut == RollupCut::kPairsByEndpoint;
}

/// Places by id: of ids that are small, as they mostly are, by position.
class PlaceIndex {
 public:
  static constexpr std::uint32_t kUnknown = UINT32_MAX - 1;

  /// kUnknown until it is set. Valid until the next call.
  std::uint32_t& operator[](std::uint32_t id) {
    if (id >= kSmall) return large_.try_emplace(id, kUnknown).first->second;
    if (id >= small_.size()) small_.resize(std::max<std::size_t>(id + 1U, small_.size() * 2), kUnknown);
    return small_[id];
  }

 private:
  static constexpr std::uint32_t kSmall = 1U << 20;
  std::vector<std::uint32_t> small_;
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> large_;
};

class Scanner {
 public:
  Scanner(RollupSnapshot& snapshot, const ScanQuestion& question) : snapshot_(snapshot), question_(question) {
    const UsageCover& cover = question.cover;
    if (question.filter.endpoint) endpoint_ = {*question.filter.endpoint};
    if (question.step > 0) {
      result_.points = static_cast<std::size_t>((cover.to - cover.from) / question.step);
    }
    if (question.wanted != nullptr) {
      result_.ids.resize(question.wanted->size());
      for (const auto& [id, place] : *question.wanted) {
        result_.ids[place] = id;
        places_of_ids_[id] = place;
      }
      wanted_ = result_.ids;
      std::sort(wanted_.begin(), wanted_.end());
      result_.sums.resize(result_.ids.size() * result_.points);
    } else if (question.group_by == GroupBy::kNone) {
      place_of(0);
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

  /// Values of the leading dimension that can match, ascending; null: any.
  const std::vector<std::uint32_t>* leading(RollupCut cut) const {
    if (cut == RollupCut::kTotals) return nullptr;
    if (leads_with_endpoint(cut)) {
      if (question_.filter.endpoint) return &endpoint_;
      return question_.wanted != nullptr && question_.group_by == GroupBy::kEndpoint ? &wanted_ : nullptr;
    }
    if (question_.filter.keys) return &*question_.filter.keys;
    return question_.wanted != nullptr && question_.group_by == GroupBy::kKey ? &wanted_ : nullptr;
  }

  bool may_match(const RollupPartRef& part) const {
    const auto* const values = leading(part.cut);
    if (values == nullptr) return true;
    const auto found = std::lower_bound(values->begin(), values->end(), part.first);
    return found != values->end() && *found <= part.last;
  }

  Result<void> scan_part(const RollupPartRef& part) {
    {
      WEIR_TRY_ASSIGN(counts, snapshot_.counts(part.id));
      WEIR_TRY(reader_.open(part.cut, part.rows, counts));
    }
    WEIR_TRY(select_rows(part));
    if (rows_.empty()) return {};
    WEIR_TRY(place_rows());
    WEIR_TRY(add_counts(part.cut));
    if (question_.response_times) WEIR_TRY(add_response_times(part));
    return question_.upstream_times ? add_upstream_times(part) : Result<void>{};
  }

  /// Fills rows_ with those that match.
  Result<void> select_rows(const RollupPartRef& part) {
    const ScanFilter& filter = question_.filter;
    WEIR_TRY(find_rows(part));
    if (filter.endpoint && !leads_with_endpoint(part.cut)) {
      WEIR_TRY(
          keep_rows(RollupColumn::kEndpoint, [&](std::uint64_t value) { return value == *filter.endpoint; }));
    }
    if (filter.method) {
      WEIR_TRY(
          keep_rows(RollupColumn::kMethod, [&](std::uint64_t value) { return value == *filter.method; }));
    }
    if (filter.by_status()) {
      WEIR_TRY(keep_rows(RollupColumn::kStatus, [&](std::uint64_t value) {
        return value >= filter.status_min && value <= filter.status_max;
      }));
    }
    return {};
  }

  /// Fills rows_ with those of the leading values asked for: the rows are in their order, so few are looked
  /// at.
  Result<void> find_rows(const RollupPartRef& part) {
    rows_.clear();
    const auto size = static_cast<std::uint32_t>(reader_.rows());
    const auto* const values = leading(part.cut);
    if (values == nullptr) {
      rows_.resize(size);
      std::iota(rows_.begin(), rows_.end(), 0U);
      return {};
    }
    const RollupColumn column = leads_with_endpoint(part.cut) ? RollupColumn::kEndpoint : RollupColumn::kKey;
    const auto begin = std::lower_bound(values->begin(), values->end(), part.first);
    const auto end = std::upper_bound(begin, values->end(), part.last);
    if (static_cast<std::size_t>(end - begin) * 16 > size) return find_many_rows(column, {begin, end});
    std::uint32_t row = 0;
    for (auto value = begin; value != end && row < size; ++value) {
      for (std::uint32_t above = size; row < above;) {
        const std::uint32_t middle = row + (above - row) / 2;
        WEIR_TRY_ASSIGN(found, reader_.value(column, middle));
        if (found < *value)
          row = middle + 1;
        else
          above = middle;
      }
      for (; row < size; ++row) {
        WEIR_TRY_ASSIGN(found, reader_.value(column, row));
        if (found != *value) break;
        rows_.push_back(row);
      }
    }
    return {};
  }

  Result<void> find_many_rows(RollupColumn column, std::span<const std::uint32_t> values) {
    WEIR_TRY_ASSIGN(found, reader_.column(column));
    std::size_t at = 0;
    for (std::uint32_t row = 0; row < found.size(); ++row) {
      while (at < values.size() && values[at] < found[row]) ++at;
      if (at == values.size()) break;
      if (values[at] == found[row]) rows_.push_back(row);
    }
    return {};
  }

  /// The column's values for rows_. Valid until the column is asked for again.
  Result<Values> gather(RollupColumn column) {
    if (rows_.size() == reader_.rows()) return reader_.column(column);
    std::vector<std::uint64_t>& out = gathered_[static_cast<std::size_t>(column)];
    out.resize(rows_.size());
    if (rows_.size() * 32 < reader_.rows()) {  // decoding all would cost more
      for (std::size_t i = 0; i < rows_.size(); ++i) {
        WEIR_TRY_ASSIGN(value, reader_.value(column, rows_[i]));
        out[i] = value;
      }
      return Values(out);
    }
    WEIR_TRY_ASSIGN(all, reader_.column(column));
    for (std::size_t i = 0; i < rows_.size(); ++i) out[i] = all[rows_[i]];
    return Values(out);
  }

  template <class Keep>
  Result<void> keep_rows(RollupColumn column, Keep keep) {
    if (rows_.empty()) return {};
    WEIR_TRY_ASSIGN(values, gather(column));
    std::size_t kept = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      rows_[kept] = rows_[i];
      kept += keep(values[i]) ? 1 : 0;
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
    WEIR_TRY_ASSIGN(values, gather(group_column()));
    std::uint64_t last = UINT64_MAX;
    std::uint32_t place = kNobody;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] != last) {
        last = values[i];
        WEIR_TRY_ASSIGN(found, group_of(static_cast<std::uint32_t>(last)));
        place = found;
      }
      if (place == kNobody) continue;
      rows_[kept] = rows_[i];
      places_[kept++] = static_cast<std::uint32_t>(place * result_.points + point_);
    }
    rows_.resize(kept);
    places_.resize(kept);
    return {};
  }

  Result<std::uint32_t> group_of(std::uint32_t value) {
    if (question_.group_by != GroupBy::kUser) return place_of(value);
    std::uint32_t& known = places_of_keys_[value];
    if (known == PlaceIndex::kUnknown) {
      WEIR_TRY_ASSIGN(user, question_.user_of(value));
      known = place_of(user);
    }
    return known;
  }

  std::uint32_t place_of(std::uint32_t id) {
    std::uint32_t& place = places_of_ids_[id];
    if (place != PlaceIndex::kUnknown) return place;
    if (question_.wanted != nullptr) return place = kNobody;
    place = static_cast<std::uint32_t>(result_.ids.size());
    result_.ids.push_back(id);
    result_.sums.resize(result_.ids.size() * result_.points);
    return place;
  }

  /// Fills measured_: of each row's calls, those with a response time.
  Result<void> find_measured(Values requests) {
    WEIR_TRY_ASSIGN(unmeasured, gather(RollupColumn::kUnmeasured));
    measured_.resize(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i)
      measured_[i] = requests[i] - std::min(unmeasured[i], requests[i]);
    return {};
  }

  template <class Put>
  void each_sum(Put put) {
    for (std::size_t i = 0; i < places_.size(); ++i) put(result_.sums[places_[i]].measures, i);
  }

  Result<void> add_counts(RollupCut cut) {
    WEIR_TRY_ASSIGN(requests, gather(RollupColumn::kRequests));
    each_sum([&](RollupMeasures& sum, std::size_t i) { sum.requests += requests[i]; });
    const ScanMeasures& wanted = question_.measures;
    if (wanted.classes) WEIR_TRY(has_status(cut) ? derive_classes(requests) : add_classes());
    if (wanted.bytes) WEIR_TRY(add_bytes());
    if (wanted.response_times) WEIR_TRY(add_response_counts(requests));
    return wanted.upstream_times ? add_upstream_counts() : Result<void>{};
  }

  Result<void> add_bytes() {
    WEIR_TRY_ASSIGN(in, gather(RollupColumn::kBytesIn));
    WEIR_TRY_ASSIGN(out, gather(RollupColumn::kBytesOut));
    each_sum([&](RollupMeasures& sum, std::size_t i) {
      sum.bytes_in += in[i];
      sum.bytes_out += out[i];
    });
    return {};
  }

  /// A single duration is its own maximum, and is stored as the sum only.
  Result<void> add_response_counts(Values requests) {
    WEIR_TRY(find_measured(requests));
    WEIR_TRY_ASSIGN(sums, gather(RollupColumn::kResponseSum));
    WEIR_TRY_ASSIGN(largest, gather(RollupColumn::kResponseMax));
    each_sum([&](RollupMeasures& sum, std::size_t i) {
      sum.response_count += measured_[i];
      sum.response_sum += sums[i];
      sum.response_max = std::max(sum.response_max, measured_[i] > 1 ? largest[i] : sums[i]);
    });
    return {};
  }
  Result<void> add_upstream_counts() {
    WEIR_TRY_ASSIGN(counts, gather(RollupColumn::kUpstreamCount));
    WEIR_TRY_ASSIGN(sums, gather(RollupColumn::kUpstreamSum));
    WEIR_TRY_ASSIGN(largest, gather(RollupColumn::kUpstreamMax));
    each_sum([&](RollupMeasures& sum, std::size_t i) {
      sum.upstream_count += counts[i];
      sum.upstream_sum += sums[i];
      sum.upstream_max = std::max(sum.upstream_max, counts[i] > 1 ? largest[i] : sums[i]);
    });
    return {};
  }

  Result<void> add_classes() {
    WEIR_TRY(add_shadow_limited());
    WEIR_TRY_ASSIGN(errors, gather(RollupColumn::kErrors));
    WEIR_TRY_ASSIGN(client_errors, gather(RollupColumn::kClientErrors));
    WEIR_TRY_ASSIGN(limited, gather(RollupColumn::kLimited));
    WEIR_TRY_ASSIGN(refused, gather(RollupColumn::kRefused));
    each_sum([&](RollupMeasures& sum, std::size_t i) {
      sum.errors += errors[i];
      sum.client_errors += client_errors[i];
      sum.limited += limited[i];
      sum.refused += refused[i];
    });
    return {};
  }
  Result<void> add_shadow_limited() {
    WEIR_TRY_ASSIGN(shadow_limited, gather(RollupColumn::kShadowLimited));
    each_sum([&](RollupMeasures& sum, std::size_t i) { sum.shadow_limited += shadow_limited[i]; });
    return {};
  }
  Result<void> derive_classes(Values requests) {
    WEIR_TRY(add_shadow_limited());
    WEIR_TRY_ASSIGN(statuses, gather(RollupColumn::kStatus));
    WEIR_TRY_ASSIGN(outcomes, gather(RollupColumn::kOutcome));
    RollupDims dims;
    RollupMeasures classes;
    for (std::size_t i = 0; i < statuses.size(); ++i) {
      if (statuses[i] < 400 && outcomes[i] == 0) continue;  // forwarded and well
      dims.status = static_cast<std::uint16_t>(statuses[i]);
      dims.outcome = static_cast<std::uint8_t>(outcomes[i]);
      classes.requests = requests[i];
      derive_measures(dims, classes);
      RollupMeasures& sum = result_.sums[places_[i]].measures;
      sum.errors += classes.errors;
      sum.client_errors += classes.client_errors;
      sum.limited += classes.limited;
      sum.refused += classes.refused;
    }
    return {};
  }

  Result<void> add_response_times(const RollupPartRef& part) {
    WEIR_TRY_ASSIGN(bytes, snapshot_.histograms(part.id, RollupTimes::kResponse));
    WEIR_TRY(reader_.open_histograms(RollupTimes::kResponse, bytes));
    WEIR_TRY_ASSIGN(sums, gather(RollupColumn::kResponseSum));
    for (std::size_t i = 0; i < sums.size(); ++i) {
      WEIR_TRY(merge_rollup_durations(measured_[i], sums[i],
                                      reader_.histogram(RollupTimes::kResponse, rows_[i]),
                                      result_.sums[places_[i]].response, question_.lowest_bucket));
    }
    return {};
  }
  Result<void> add_upstream_times(const RollupPartRef& part) {
    WEIR_TRY_ASSIGN(bytes, snapshot_.histograms(part.id, RollupTimes::kUpstream));
    WEIR_TRY(reader_.open_histograms(RollupTimes::kUpstream, bytes));
    WEIR_TRY_ASSIGN(counts, gather(RollupColumn::kUpstreamCount));
    WEIR_TRY_ASSIGN(sums, gather(RollupColumn::kUpstreamSum));
    for (std::size_t i = 0; i < counts.size(); ++i) {
      WEIR_TRY(merge_rollup_durations(counts[i], sums[i], reader_.histogram(RollupTimes::kUpstream, rows_[i]),
                                      result_.sums[places_[i]].upstream));
    }
    return {};
  }

  RollupSnapshot& snapshot_;
  const ScanQuestion& question_;
  ScanResult result_;
  std::size_t point_ = 0;
  PlaceIndex places_of_ids_;
  RollupPartReader reader_;
  std::vector<std::uint32_t> rows_;
  std::vector<std::uint32_t> places_;
  std::vector<std::uint64_t> measured_;  // of rows_
  std::array<std::vector<std::uint64_t>, kRollupColumns> gathered_;
  std::vector<std::uint32_t> wanted_;    // ascending
  std::vector<std::uint32_t> endpoint_;  // of the filter
  PlaceIndex places_of_keys_;
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
