#include "admin/digest_service.h"

#include <algorithm>

#include "admin/alert_digest.h"
#include "admin/alert_report_reader.h"
#include "base/log.h"

namespace weir {

Result<DigestMemory> DigestService::stored_memory() {
  WEIR_TRY_ASSIGN(rows, parts_.outbox.groups());
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [](const NotifyGroupRow& one) { return one.name == kDigestRow; });
  if (row == rows.end()) return DigestMemory{};
  auto memory = parse_digest_memory(*row);
  if (memory) return memory;
  log::error("when the last weekly digest was sent is lost: the next one comes at its hour",
             {{"reason", memory.error().detail}});
  return DigestMemory{};
}

Result<Letter> DigestService::write(const DigestWeek& week, std::int16_t utc_offset_minutes) {
  WEIR_TRY_ASSIGN(report, read_alert_report(parts_.store, {.from = week.from, .to = week.to}));
  return alert_digest(report, parts_.names,
                      {.environment = parts_.environment, .utc_offset_minutes = utc_offset_minutes});
}

Delivery DigestService::delivery_of(const DigestSettings& settings, Letter letter, UtcTime now) const {
  Delivery delivery;
  delivery.channel = settings.channel;
  delivery.next_attempt_at = now;
  delivery.created_at = now;
  Message& message = delivery.message;
  message.id = new_message_id();
  message.thread_id = message.id;
  message.type = "alerts.digest";
  message.at = now;
  message.environment = parts_.environment;
  message.group = "digest";
  message.severity = "warning";
  message.status = "resolved";
  message.recipients = settings.recipients;
  message.letter = std::move(letter);
  return delivery;
}

Result<void> DigestService::step(UtcTime now) {
  const std::lock_guard lock(steps_);
  if (!memory_) {
    WEIR_TRY_ASSIGN(memory, stored_memory());
    memory_ = std::move(memory);
  }
  const std::optional<DigestSettings> wanted = settings();
  const DigestStep next = next_digest(wanted, *memory_, now);
  if (next.memory == *memory_) return {};
  OutboxStep step;
  step.groups.push_back(to_row(next.memory));
  if (next.week) {
    WEIR_TRY_ASSIGN(letter, write(*next.week, wanted->utc_offset_minutes));
    step.deliveries.push_back(delivery_of(*wanted, std::move(letter), now));
  }
  WEIR_TRY(parts_.notifier.post(step));
  memory_ = next.memory;
  return {};
}

Result<DigestPreview> DigestService::preview(UtcTime now) {
  const DigestSettings wanted = settings().value_or(DigestSettings{});
  DigestPreview out{.week = week_so_far(wanted, now), .letter = {}};
  WEIR_TRY_ASSIGN(letter, write(out.week, wanted.utc_offset_minutes));
  out.letter = std::move(letter);
  return out;
}

Result<Delivery> DigestService::send(UtcTime now) {
  const std::optional<DigestSettings> wanted = settings();
  if (!wanted) {
    return fail(ErrorCode::kConflict,
                "no weekly digest is set: `digest` of the alerts' settings names its channel");
  }
  WEIR_TRY_ASSIGN(letter, write(week_so_far(*wanted, now), wanted->utc_offset_minutes));
  OutboxStep step;
  step.deliveries.push_back(delivery_of(*wanted, std::move(letter), now));
  WEIR_TRY(parts_.notifier.post(step));
  return std::move(step.deliveries.front());
}

}  // namespace weir
