#include "notify/digest.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "notify/setting_words.h"

namespace weir {
namespace {

namespace json = boost::json;

using std::chrono::days;
using std::chrono::minutes;

std::string schedule_text(const DigestSettings& settings) {
  return fmt::format("{} {} {}", weekday_text(settings.weekday), time_of_day_text(settings.minute),
                     utc_offset_text(settings.utc_offset_minutes));
}

std::optional<UtcTime> time_of(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  const auto time = parse_rfc3339(value->get_string());
  return time ? std::optional(*time) : std::nullopt;
}

}  // namespace

DigestWeek latest_week(const DigestSettings& settings, UtcTime now) {
  const minutes offset(settings.utc_offset_minutes);
  const UtcTime local = now + offset;
  const auto today = std::chrono::floor<days>(local);
  auto day = today - (std::chrono::weekday(today) - settings.weekday);
  if (day + minutes(settings.minute) > local) day -= days(7);
  const UtcTime midnight = UtcTime(day) - offset;
  return {.due = midnight + minutes(settings.minute), .from = midnight - days(7), .to = midnight};
}

DigestWeek next_week(const DigestSettings& settings, UtcTime now) {
  return latest_week(settings, now + days(7));
}

DigestWeek week_so_far(const DigestSettings& settings, UtcTime now) {
  const minutes offset(settings.utc_offset_minutes);
  const UtcTime midnight = UtcTime(std::chrono::floor<days>(now + offset)) - offset;
  return {.due = now, .from = midnight - days(6), .to = now};
}

DigestStep next_digest(const std::optional<DigestSettings>& settings, const DigestMemory& held, UtcTime now) {
  DigestStep step{.memory = held, .week = {}};
  const std::string schedule = settings ? schedule_text(*settings) : "";
  if (schedule != held.schedule) {
    step.memory.schedule = schedule;
    step.memory.after = now;
    return step;
  }
  if (!settings) return step;
  const DigestWeek week = latest_week(*settings, now);
  if (week.due <= held.after) return step;
  step.memory.after = week.due;
  // The same week at another hour, or by another offset.
  if (held.told_to && week.to < *held.told_to + days(1)) return step;
  step.memory.told_to = week.to;
  step.week = week;
  return step;
}

NotifyGroupRow to_row(const DigestMemory& memory) {
  json::object state{{"schedule", memory.schedule}, {"after", to_rfc3339(memory.after)}};
  if (memory.told_to) state["told_to"] = to_rfc3339(*memory.told_to);
  return {.name = std::string(kDigestRow), .told_through = 0, .state = json::serialize(state)};
}

Result<DigestMemory> parse_digest_memory(const NotifyGroupRow& row) {
  json::error_code failure;
  const json::value value = json::parse(row.state, failure);
  const json::object* state = failure ? nullptr : value.if_object();
  const json::value* schedule = state == nullptr ? nullptr : state->if_contains("schedule");
  const auto after = state == nullptr ? std::nullopt : time_of(*state, "after");
  if (schedule == nullptr || !schedule->is_string() || !after)
    return fail(ErrorCode::kCorrupt, "what is stored of the weekly digest cannot be read");
  return DigestMemory{.schedule = std::string(schedule->get_string()),
                      .after = *after,
                      .told_to = time_of(*state, "told_to")};
}

}  // namespace weir
