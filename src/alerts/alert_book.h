// The alerts there are: firing and acknowledged ones, what is about to fire, and silences.
//
// Plain state of the lifecycle (lifecycle.h), not thread-safe. Bounded: kActiveAlertsMax alerts; a condition
// beyond that raises none and is counted.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alerts/alert_second.h"
#include "model/alert.h"

namespace weir {

inline constexpr std::size_t kActiveAlertsMax = 20'000;
inline constexpr std::size_t kSilencesMax = 1000;

struct ActiveAlert {
  Alert alert;
  std::optional<AlertSecond> clear_since;  // its condition no longer holds since then
  bool changed = true;                     // since whoever keeps alerts cleared this
};

/// A person resolved it while its condition held: quiet until that ends, or worsens.
struct QuietCondition {
  AlertSecond until = 0;
  AlertSeverity severity = AlertSeverity::kWarning;
};

struct AlertBook {
  using Place = std::pair<AlertType, AlertSubject>;

  std::map<Place, ActiveAlert> active;
  std::map<Place, AlertSecond> holding_since;  // conditions that must hold for a while before they fire
  std::map<Place, QuietCondition> quiet;
  std::vector<Silence> silences;
  std::uint32_t last_id = 0;
  std::uint32_t last_silence_id = 0;
  std::uint64_t overflow = 0;  // conditions that found no room
  std::uint64_t commits = 0;   // whoever keeps it counts: tells one kept state from another

  [[nodiscard]] ActiveAlert* find(AlertId id) {
    for (auto& [place, entry] : active) {
      if (entry.alert.id == id) return &entry;
    }
    return nullptr;
  }
};

enum class AlertEventKind : std::uint8_t {
  kFired = 0,
  kWorsened = 1,  // warning became critical
  kResolved = 2,
  kAcknowledged = 3,
  kAcknowledgementEnded = 4,  // its `until` passed: it fires again
  kCommented = 5,
  kFalsePositive = 6,  // marked, or unmarked
  kEscalated = 7,      // a step of an escalation policy is due
  kSilenceEnded = 8,   // it fires, and is no longer muted
};
[[nodiscard]] std::string_view to_string(AlertEventKind kind);
[[nodiscard]] std::optional<AlertEventKind> parse_alert_event_kind(std::string_view name);

/// One change of one alert, with the alert after it.
struct AlertEvent {
  AlertEventKind kind = AlertEventKind::kFired;
  UtcTime at{};
  Alert alert;
  std::string by;                       // a person; empty: weir
  std::string text;                     // comment, or the escalation policy's name
  std::vector<std::string> channels;    // of an escalation step
  std::vector<std::string> recipients;  // of an escalation step
};

}  // namespace weir
