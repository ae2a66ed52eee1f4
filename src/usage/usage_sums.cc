#include "usage/usage_sums.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

constexpr std::uint32_t kNobody = UINT32_MAX;
/// Parts are much alike: after so many whose first heads do not reach far enough, those are tried no more.
constexpr std::size_t kMissesMax = 4;

RollupColumn column_of(GroupBy group_by) {
  switch (group_by) {
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

}  // namespace

UsageSums::UsageSums(const ScanQuestion& question, std::size_t points) : question_(question) {
  if (question.room != nullptr) {
    result_ = std::exchange(*question.room, {});
    result_.ids.clear();
    result_.sums.clear();
    result_.bands.clear();
  }
  result_.points = points;
  if (question.wanted != nullptr) {
    result_.ids.resize(question.wanted->size());
    for (const auto& [id, place] : *question.wanted) {
      result_.ids[place] = id;
      places_of_ids_[id] = place;
    }
    result_.sums.resize(result_.ids.size() * points);
    if (question.bands != nullptr) result_.bands.resize(result_.ids.size());
  } else if (question.group_by == GroupBy::kNone) {
    place_of(0);
  }
}

Result<void> UsageSums::add(UsageRows& rows, const RollupPartRef& part, std::size_t point,
                            RollupSnapshot& snapshot) {
  WEIR_TRY(place(rows, part.cut, point));
  if (rows.rows().empty()) return {};
  WEIR_TRY(add_counts(rows, part.cut));
  if (question_.bands != nullptr) return add_bands(rows, part, snapshot);
  if (question_.response_times) WEIR_TRY(add_response_times(rows, part, snapshot));
  return question_.upstream_times ? add_upstream_times(rows, part, snapshot) : Result<void>{};
}

void UsageSums::merge(ScanResult& other) {
  const auto merge_times = [](LogHistogram& into, LogHistogram& from) {
    if (into.empty())
      into = std::move(from);
    else
      into.merge(from);
  };
  for (std::size_t group = 0; group < other.ids.size(); ++group) {
    const std::size_t place = place_of(other.ids[group]);
    for (std::size_t point = 0; point < result_.points; ++point) {
      ScanSum& sum = result_.sums[place * result_.points + point];
      ScanSum& added = other.sums[group * result_.points + point];
      sum.measures.merge(added.measures);
      merge_times(sum.response, added.response);
      merge_times(sum.upstream, added.upstream);
    }
    if (other.bands.empty()) continue;
    BucketBands::Counts& counts = result_.bands[place];
    for (std::size_t band = 0; band < counts.size(); ++band) counts[band] += other.bands[group][band];
  }
}

/// Fills places_. Rows nobody wants are dropped.
Result<void> UsageSums::place(UsageRows& rows, RollupCut cut, std::size_t point) {
  if (question_.group_by == GroupBy::kNone) {
    places_.assign(rows.rows().size(), static_cast<std::uint32_t>(point));
    return {};
  }
  places_.clear();
  WEIR_TRY_ASSIGN(values, rows.values(column_of(question_.group_by)));
  const bool by_owner = question_.group_by == GroupBy::kUser && cut != RollupCut::kUsers;
  std::uint64_t last = UINT64_MAX;
  std::uint32_t group = kNobody;
  for (const std::uint64_t value : values) {
    if (value != last) {
      last = value;
      const auto id = static_cast<std::uint32_t>(value);
      if (by_owner) {
        WEIR_TRY_ASSIGN(found, owner_of(id));
        group = found;
      } else {
        group = place_of(id);
      }
    }
    places_.push_back(group == kNobody ? kNobody
                                       : static_cast<std::uint32_t>(group * result_.points + point));
  }
  if (question_.wanted == nullptr) return {};
  rows.keep([this](std::size_t i) { return places_[i] != kNobody; });
  places_.erase(std::remove(places_.begin(), places_.end(), kNobody), places_.end());
  return {};
}

/// The place of the one a key belongs to.
Result<std::uint32_t> UsageSums::owner_of(std::uint32_t key) {
  std::uint32_t& known = places_of_keys_[key];
  if (known == PlaceIndex::kUnknown) {
    WEIR_TRY_ASSIGN(user, question_.user_of(key));
    known = place_of(user);
  }
  return known;
}

std::uint32_t UsageSums::place_of(std::uint32_t id) {
  std::uint32_t& place = places_of_ids_[id];
  if (place != PlaceIndex::kUnknown) return place;
  if (question_.wanted != nullptr) return place = kNobody;
  place = static_cast<std::uint32_t>(result_.ids.size());
  result_.ids.push_back(id);
  result_.sums.resize(result_.ids.size() * result_.points);
  if (question_.bands != nullptr) result_.bands.resize(result_.ids.size());
  return place;
}

template <class Put>
void UsageSums::each_sum(Put put) {
  for (std::size_t i = 0; i < places_.size(); ++i) put(result_.sums[places_[i]].measures, i);
}

Result<void> UsageSums::add_counts(UsageRows& rows, RollupCut cut) {
  WEIR_TRY_ASSIGN(requests, rows.values(RollupColumn::kRequests));
  each_sum([&](RollupMeasures& sum, std::size_t i) { sum.requests += requests[i]; });
  const ScanMeasures& wanted = question_.measures;
  if (wanted.other_classes)
    WEIR_TRY(add_class(rows, RollupColumn::kShadowLimited, &RollupMeasures::shadow_limited));
  if (wanted.errors || wanted.limited || wanted.other_classes)
    WEIR_TRY(has_status(cut) ? derive_classes(rows, requests) : add_classes(rows));
  if (wanted.bytes) WEIR_TRY(add_bytes(rows));
  if (wanted.response_times) WEIR_TRY(add_response_counts(rows, requests));
  return wanted.upstream_times ? add_upstream_counts(rows) : Result<void>{};
}

Result<void> UsageSums::add_bytes(UsageRows& rows) {
  WEIR_TRY_ASSIGN(in, rows.values(RollupColumn::kBytesIn));
  WEIR_TRY_ASSIGN(out, rows.values(RollupColumn::kBytesOut));
  each_sum([&](RollupMeasures& sum, std::size_t i) {
    sum.bytes_in += in[i];
    sum.bytes_out += out[i];
  });
  return {};
}

/// A single duration is its own maximum, and is stored as the sum only.
Result<void> UsageSums::add_response_counts(UsageRows& rows, Values requests) {
  WEIR_TRY_ASSIGN(unmeasured, rows.values(RollupColumn::kUnmeasured));
  measured_.resize(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i)
    measured_[i] = requests[i] - std::min(unmeasured[i], requests[i]);
  WEIR_TRY_ASSIGN(sums, rows.values(RollupColumn::kResponseSum));
  WEIR_TRY_ASSIGN(largest, rows.values(RollupColumn::kResponseMax));
  each_sum([&](RollupMeasures& sum, std::size_t i) {
    sum.response_count += measured_[i];
    sum.response_sum += sums[i];
    sum.response_max = std::max(sum.response_max, measured_[i] > 1 ? largest[i] : sums[i]);
  });
  return {};
}

Result<void> UsageSums::add_upstream_counts(UsageRows& rows) {
  WEIR_TRY_ASSIGN(counts, rows.values(RollupColumn::kUpstreamCount));
  WEIR_TRY_ASSIGN(sums, rows.values(RollupColumn::kUpstreamSum));
  WEIR_TRY_ASSIGN(largest, rows.values(RollupColumn::kUpstreamMax));
  each_sum([&](RollupMeasures& sum, std::size_t i) {
    sum.upstream_count += counts[i];
    sum.upstream_sum += sums[i];
    sum.upstream_max = std::max(sum.upstream_max, counts[i] > 1 ? largest[i] : sums[i]);
  });
  return {};
}

Result<void> UsageSums::add_class(UsageRows& rows, RollupColumn column,
                                  std::uint64_t RollupMeasures::*measure) {
  WEIR_TRY_ASSIGN(values, rows.values(column));
  each_sum([&](RollupMeasures& sum, std::size_t i) { sum.*measure += values[i]; });
  return {};
}

Result<void> UsageSums::add_classes(UsageRows& rows) {
  const ScanMeasures& wanted = question_.measures;
  if (wanted.errors) WEIR_TRY(add_class(rows, RollupColumn::kErrors, &RollupMeasures::errors));
  if (wanted.limited) WEIR_TRY(add_class(rows, RollupColumn::kLimited, &RollupMeasures::limited));
  if (!wanted.other_classes) return {};
  WEIR_TRY(add_class(rows, RollupColumn::kClientErrors, &RollupMeasures::client_errors));
  return add_class(rows, RollupColumn::kRefused, &RollupMeasures::refused);
}

Result<void> UsageSums::derive_classes(UsageRows& rows, Values requests) {
  WEIR_TRY_ASSIGN(statuses, rows.values(RollupColumn::kStatus));
  WEIR_TRY_ASSIGN(outcomes, rows.values(RollupColumn::kOutcome));
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

/// Reads the histograms of the run a row is in.
Result<void> UsageSums::open_run(UsageRows& rows, const RollupPartRef& part, RollupTimes times,
                                 std::uint32_t row, RollupSnapshot& snapshot) {
  const RollupRunRef run = rollup_run_of(part, row);
  WEIR_TRY_ASSIGN(bytes, snapshot.histograms(part, run.index, times));
  return rows.reader().open_histograms(times, run, bytes);
}

/// Calls `visit(i, histogram)` for the rows that have durations, as many as `counts` says; of a single one
/// there is no histogram.
template <class Visit>
Result<void> UsageSums::each_histogram(UsageRows& rows, const RollupPartRef& part, RollupTimes times,
                                       Values counts, RollupSnapshot& snapshot, Visit visit) {
  const RollupPartReader& reader = rows.reader();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    std::string_view encoded;
    if (counts[i] > 1) {
      const std::uint32_t row = rows.rows()[i];
      if (!reader.has_histogram(times, row)) WEIR_TRY(open_run(rows, part, times, row, snapshot));
      encoded = reader.histogram(times, row);
    }
    WEIR_TRY(visit(i, encoded));
  }
  return {};
}

/// If none reach far enough, the runs are read.
Result<void> UsageSums::open_heads(UsageRows& rows, const RollupPartRef& part, RollupSnapshot& snapshot) {
  if (question_.lowest_bucket == 0) return {};
  const std::size_t first = part.has_heads[1] && misses_ >= kMissesMax ? 1 : 0;
  for (std::size_t depth = first; depth < kRollupHeads; ++depth) {
    if (!part.has_heads[depth]) continue;
    WEIR_TRY_ASSIGN(heads, snapshot.heads(part.id, static_cast<RollupHeads>(depth)));
    WEIR_TRY_ASSIGN(opened, rows.reader().open_heads(question_.lowest_bucket, heads));
    if (depth == 0) misses_ = opened ? 0 : misses_ + 1;
    if (opened) return {};
  }
  return {};
}

Result<void> UsageSums::add_response_times(UsageRows& rows, const RollupPartRef& part,
                                           RollupSnapshot& snapshot) {
  WEIR_TRY(open_heads(rows, part, snapshot));
  WEIR_TRY_ASSIGN(sums, rows.values(RollupColumn::kResponseSum));
  return each_histogram(
      rows, part, RollupTimes::kResponse, measured_, snapshot, [&](std::size_t i, std::string_view encoded) {
        return merge_rollup_durations(measured_[i], sums[i], encoded, result_.sums[places_[i]].response,
                                      question_.lowest_bucket);
      });
}

Result<void> UsageSums::add_bands(UsageRows& rows, const RollupPartRef& part, RollupSnapshot& snapshot) {
  WEIR_TRY(open_heads(rows, part, snapshot));
  WEIR_TRY_ASSIGN(sums, rows.values(RollupColumn::kResponseSum));
  return each_histogram(rows, part, RollupTimes::kResponse, measured_, snapshot,
                        [&](std::size_t i, std::string_view encoded) -> Result<void> {
                          BucketBands::Counts& counts = result_.bands[places_[i]];
                          if (measured_[i] > 1) return question_.bands->merge(encoded, counts);
                          question_.bands->add(sums[i], counts);
                          return {};
                        });
}

Result<void> UsageSums::add_upstream_times(UsageRows& rows, const RollupPartRef& part,
                                           RollupSnapshot& snapshot) {
  WEIR_TRY_ASSIGN(counts, rows.values(RollupColumn::kUpstreamCount));
  WEIR_TRY_ASSIGN(sums, rows.values(RollupColumn::kUpstreamSum));
  return each_histogram(
      rows, part, RollupTimes::kUpstream, counts, snapshot, [&](std::size_t i, std::string_view encoded) {
        return merge_rollup_durations(counts[i], sums[i], encoded, result_.sums[places_[i]].upstream);
      });
}

}  // namespace weir
