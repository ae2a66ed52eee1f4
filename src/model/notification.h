// What happened to an alert, and what a person or a machine is told about it.
//
// Whoever judges calls appends OutboxEvents; notify routes and groups them into Messages and delivers those.
// The structs are plain, so that rendering needs no alert and judging needs no channel. None holds a secret.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace weir {

/// One alert as messages describe it.
struct AlertNotice {
  std::uint64_t alert_id = 0;
  std::string alert_type;    // "error_rate"
  std::string severity;      // "warning", "critical"
  std::string state;         // "firing", "acknowledged", "resolved"
  std::string subject_kind;  // "endpoint", "key", "source", "overall"
  std::string subject;       // "/users/{id}"; a key's name and id, never its secret
  std::uint32_t key_id = 0;  // 0: none
  std::string environment;
  std::string title;    // one line
  std::string summary;  // one line
  double value = 0;     // finite
  double threshold = 0;
  std::string unit;  // "s", "%", "calls"; may be empty
  Seconds window{0};
  std::uint64_t count = 0;  // times seen
  UtcTime started_at{};
  UtcTime updated_at{};
  std::optional<UtcTime> resolved_at;
  std::string acknowledged_by;
  std::string comment;
  std::string runbook;  // a URL, or a page of docs/

  friend bool operator==(const AlertNotice&, const AlertNotice&) = default;
};

/// One change of one alert.
struct OutboxEvent {
  std::uint64_t id = 0;  // given by the store, ascending
  std::string type;      // "alert.firing", "alert.worsened" (warning to critical), "alert.acknowledged",
                         // "alert.escalated", "alert.resolved", "alert.commented"
  UtcTime at{};
  AlertNotice alert;
  std::vector<std::string> channels;    // empty: as routed; else these, for a step of an escalation
  std::vector<std::string> recipients;  // of e-mail channels; empty: the route's or the channel's own

  friend bool operator==(const OutboxEvent&, const OutboxEvent&) = default;
};

/// A message that is written already: a report, say, which is about no group of alerts.
struct Letter {
  std::string subject;  // one line
  std::string text;
  std::string html;  // a whole page, with its style in its elements

  friend bool operator==(const Letter&, const Letter&) = default;
};

/// Alerts a message describes one by one; the others are counted.
inline constexpr std::size_t kMessageAlertsMax = 20;

/// One message to one channel, about a group of alerts, or a letter.
struct Message {
  std::string id;         // "msg_…", the same over all retries
  std::string thread_id;  // the id of the first message of this group's incident
  std::string type;       // of the gravest change in it
  UtcTime at{};
  std::string environment;
  std::string group;                    // what its alerts have in common: their type
  std::string severity;                 // the gravest among its alerts
  std::string status;                   // of the group: "firing", "acknowledged", "resolved"
  bool repeat = false;                  // nothing new: still firing and nobody has acknowledged
  std::vector<AlertNotice> alerts;      // gravest first; at most kMessageAlertsMax
  std::uint64_t alerts_total = 0;       // described and counted ones
  std::uint64_t still_firing = 0;       // of the group
  std::vector<std::string> recipients;  // of e-mail; empty: the channel's own
  std::optional<Letter> letter{};       // what is sent, in place of the alerts

  friend bool operator==(const Message&, const Message&) = default;
};

}  // namespace weir
