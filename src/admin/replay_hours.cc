#include "admin/replay_hours.h"

#include <chrono>

#include "alerts/hour_tally.h"

namespace weir {
namespace {

constexpr AlertHour kCountedHoursMax = 14 * 24;
constexpr AlertHour kWeek = 168;
constexpr AlertSecond kHourSeconds = 3600;

UtcTime start_of(AlertHour hour) {
  return UtcTime(Seconds(hour * kHourSeconds));
}

AlertHour hour_of(UtcTime time) {
  return std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count();
}

}  // namespace

std::optional<HourCounts> ReplayHours::find(AlertHour hour) const {
  std::string bytes;
  if (const auto own = own_.find(hour); own != own_.end()) {
    bytes = own->second;
  } else {
    auto stored = store_.hour(hour);
    if (!stored || !*stored) return std::nullopt;
    bytes = **std::move(stored);
  }
  auto counts = decode_hour(bytes);
  if (!counts) return std::nullopt;
  return *std::move(counts);
}

UsageRecord record_of(const StreamedCall& call, const CallBatch& batch) {
  UsageRecord record;
  record.at = call.at;
  record.key = call.key;
  record.status = call.status;
  record.outcome = call.outcome;
  record.response_time = call.response_time;
  record.upstream_time = call.upstream_time;
  record.source = call.source;
  if (call.status == 404) record.path = batch.paths[call.path];
  return record;
}

Result<std::vector<std::unique_ptr<CallStream>>> uncounted_calls(CallLog& calls, const ReplayHours& hours,
                                                                 AlertHour hour) {
  std::vector<std::unique_ptr<CallStream>> streams;
  AlertHour begin = hour - kCountedHoursMax;
  while (begin < hour) {
    AlertHour end = begin;
    while (end < hour && !hours.find(end)) ++end;
    if (begin < end) {
      WEIR_TRY_ASSIGN(stream, calls.stream(start_of(begin), start_of(end), StreamedPaths::kWithUnknown));
      if (stream->calls() > 0) streams.push_back(std::move(stream));
    }
    begin = end + 1;
  }
  return streams;
}

Result<bool> count_hours(CallStream& stream, ReplayHours& hours, const ReplayBreath& breath) {
  std::map<AlertHour, HourTally> open;
  CallBatch batch;
  for (;;) {
    WEIR_TRY_ASSIGN(more, stream.next(batch));
    for (const StreamedCall& call : batch.calls) {
      if (!more) break;
      open[hour_of(call.at + call.response_time)].add(record_of(call, batch));
    }
    const UtcTime reached = stream.reached();
    while (!open.empty() && start_of(open.begin()->first + 1) <= reached) {
      const auto node = open.extract(open.begin());
      // An hour at the edge of what was not counted may be one that was.
      if (!hours.find(node.key())) hours.put(node.key(), node.mapped().counts());
    }
    if (!more) return true;
    if (!breath(batch.calls.size())) return false;
  }
}

void learn_hours(AlertReplay& replay, const ReplayHours& hours, AlertHour hour, std::uint32_t weeks) {
  for (AlertHour at = hour - weeks * kWeek; at < hour; ++at) {
    if (const auto counts = hours.find(at)) replay.learn(at, *counts);
  }
}

}  // namespace weir
