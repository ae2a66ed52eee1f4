#include "gateway/recorder.h"

#include <algorithm>

namespace weir {

void Recorder::record(RequestContext& context, Instant now) noexcept {
  if (context.recorded) return;
  context.recorded = true;
  const Nanos duration = now - context.started;
  UsageRecord record;
  record.at = context.at;
  record.key = context.key;
  record.user = context.user;
  record.method = context.method;
  record.outcome = context.outcome;
  record.status = context.status;
  record.refused_window = context.refused_window;
  record.shadow_limited = context.shadow_limited;
  record.response_time = std::max(std::chrono::duration_cast<Micros>(duration), Micros(1));  // 0: not known
  record.upstream_time = std::chrono::duration_cast<Micros>(context.upstream_time);
  record.bytes_in = context.bytes_in;
  record.bytes_out = context.bytes_out;
  record.source = context.source;
  record.request_id = context.request_id;
  record.request_id_text = context.request_id_text;
  record.method_text =
      context.method == Method::kOther ? std::string_view(context.method_text) : std::string_view();
  record.path = context.path;
  if (journal_.append(record) == AppendStatus::kFull) stats_.records_dropped.add();

  stats_.outcomes[static_cast<std::size_t>(context.outcome)].add();
  if (context.refused_window < kWindowsMax && context.outcome == Outcome::kLimited) {
    stats_.rejections_by_window[context.refused_window].add();
  }
  if (context.shadow_limited) stats_.shadow_limited.add();
  stats_.durations[context.route].observe(duration);
}

}  // namespace weir
