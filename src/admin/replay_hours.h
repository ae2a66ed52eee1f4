// What was normal before a replay begins, and the hours it closes itself.
//
// Hours the alerts counted are in their store; hours of the last two weeks that nobody counted are counted
// from the calls themselves. One thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "alerts/alert_replay.h"
#include "store/call_stream.h"
#include "store/store.h"

namespace weir {

/// Hears how many calls were read more; false: stop. May wait.
using ReplayBreath = std::function<bool(std::uint64_t calls)>;

/// The store's hours, and over them those of this replay, which the store never sees.
class ReplayHours final : public HourHistory {
 public:
  explicit ReplayHours(AlertStore& store) : store_(store) {}

  [[nodiscard]] std::optional<HourCounts> find(AlertHour hour) const override;
  void put(AlertHour hour, const HourCounts& counts) override { own_[hour] = encode_hour(counts); }

 private:
  AlertStore& store_;
  std::map<AlertHour, std::string> own_;
};

/// A call of a stream as the windows take it; `batch` outlives the record.
[[nodiscard]] UsageRecord record_of(const StreamedCall& call, const CallBatch& batch);

/// Streams of the calls of the two weeks before `hour` that the alerts did not count.
[[nodiscard]] Result<std::vector<std::unique_ptr<CallStream>>> uncounted_calls(CallLog& calls,
                                                                               const ReplayHours& hours,
                                                                               AlertHour hour);
/// Counts them into `hours`. False: stopped.
[[nodiscard]] Result<bool> count_hours(CallStream& stream, ReplayHours& hours, const ReplayBreath& breath);

/// Teaches `replay` the `weeks` before `hour`.
void learn_hours(AlertReplay& replay, const ReplayHours& hours, AlertHour hour, std::uint32_t weeks);

}  // namespace weir
