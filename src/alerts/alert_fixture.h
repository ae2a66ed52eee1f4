// An engine with calls made by hand, for tests.
#pragma once

#include <string>
#include <vector>

#include "alerts/alert_engine.h"

namespace weir {

/// 2026-11-23 10:00:00 UTC, a Monday.
inline constexpr AlertSecond kTestStart = 1795428000;

inline UtcTime at_second(AlertSecond second) {
  return UtcTime(Seconds(second));
}

/// A call that is answered at once at `second`, by key 1.
inline UsageRecord call_at(AlertSecond second) {
  UsageRecord record;
  record.at = at_second(second);
  record.key = KeyId(1);
  record.user = UserId(1);
  record.method = Method::kGet;
  record.status = 200;
  record.response_time = Millis(5);
  record.upstream_time = Millis(4);
  record.source = IpAddress::v4(0xC0000201);
  record.path = "/v1/orders";
  return record;
}

/// A refused call.
inline UsageRecord refused_at(AlertSecond second, Outcome outcome, std::uint16_t status) {
  UsageRecord record = call_at(second);
  record.outcome = outcome;
  record.status = status;
  record.upstream_time = Micros(0);
  record.response_time = Micros(50);
  if (outcome <= Outcome::kUnknownKey) record.key = {};
  return record;
}

class AlertWorld {
 public:
  explicit AlertWorld(AlertSettings settings = {}, std::string environment = "production")
      : engine({.settings = std::move(settings),
                .environment = std::move(environment),
                .directory = {.endpoint = [](EndpointId id) { return "/e" + std::to_string(id.value()); },
                              .plan = [](KeyId id) { return id == KeyId(7) ? "partner" : ""; },
                              .window =
                                  [](std::uint8_t window) {
                                    return window == 0 ? AlertDirectory::Window{"minute", 60}
                                                       : AlertDirectory::Window{"burst", 10};
                                  }},
                .history = history}) {
    static_cast<void>(engine.advance(kTestStart, {}));
  }

  void call(const UsageRecord& record, EndpointId endpoint = EndpointId(1)) { engine.add(record, endpoint); }
  void calls(AlertSecond second, int count, std::uint16_t status = 200) {
    for (int i = 0; i < count; ++i) {
      UsageRecord record = call_at(second);
      record.status = status;
      call(record);
    }
  }
  /// Evaluates up to `second`; events are appended to `events`.
  void advance(AlertSecond second, const AlertInputs& inputs = {}) {
    for (AlertEvent& event : engine.advance(second, inputs)) events.push_back(std::move(event));
  }
  /// The active alert of a type and subject.
  const Alert* find(AlertType type, const AlertSubject& subject) const {
    const auto found = engine.book().active.find({type, subject});
    return found == engine.book().active.end() ? nullptr : &found->second.alert;
  }
  std::size_t count(AlertEventKind kind, AlertType type) const {
    std::size_t number = 0;
    for (const AlertEvent& event : events) number += event.kind == kind && event.alert.type == type ? 1 : 0;
    return number;
  }

  MemoryHourHistory history{168 * 10};
  AlertEngine engine;
  std::vector<AlertEvent> events;
};

}  // namespace weir
