// Which rule holds for a subject: the type's, with the exceptions that match.
//
// Thread-safe once made, as far as the directory is.
#pragma once

#include <limits>
#include <string>
#include <string_view>

#include "alerts/alert_inputs.h"
#include "model/alert_settings.h"

namespace weir {

/// How far a value has come. kHold: below every threshold, but not far enough for an alert to resolve.
enum class AlertLevel : std::uint8_t { kClear = 0, kHold = 1, kWarning = 2, kCritical = 3 };

/// An alert resolves only below this share of its lowest threshold.
inline constexpr double kHoldShare = 0.9;

struct JudgedValue {
  AlertLevel level = AlertLevel::kClear;
  double threshold = 0;  // of the level; for kHold and kClear the lowest
};

class RuleBook {
 public:
  /// Both outlive it.
  RuleBook(const AlertSettings& settings, std::string environment, const AlertDirectory& directory);

  /// `rule` of the type with what exceptions replace.
  [[nodiscard]] AlertRule rule_for(AlertType type, const AlertSubject& subject) const;
  /// A value up to this is kClear by every rule of the type, exceptions included: of types that judge what is
  /// above.
  [[nodiscard]] double clear_up_to(AlertType type) const { return floors_[index_of(type)].clear_up_to; }
  /// Every rule of the type, exceptions included, wants at least so many calls.
  [[nodiscard]] std::uint32_t least_calls(AlertType type) const { return floors_[index_of(type)].calls; }
  [[nodiscard]] const AlertSettings& settings() const { return settings_; }
  [[nodiscard]] const AlertDirectory& directory() const { return directory_; }

 private:
  /// The least any rule of a type looks at.
  struct Floor {
    double clear_up_to = std::numeric_limits<double>::infinity();
    std::uint32_t calls = 0;
  };
  static std::size_t index_of(AlertType type) { return static_cast<std::size_t>(type); }
  [[nodiscard]] Floor floor_of(AlertType type) const;
  [[nodiscard]] bool matches(const AlertOverride& exception, const AlertSubject& subject) const;

  const AlertSettings& settings_;
  std::string environment_;
  const AlertDirectory& directory_;
  std::array<bool, kAlertTypes> has_overrides_{};
  std::array<Floor, kAlertTypes> floors_{};
};

/// Where `value` stands: above the threshold for most types, at or above it for rate limits, at or below it
/// for days left.
[[nodiscard]] JudgedValue judge(AlertType type, const AlertRule& rule, double value);

/// "/v1/reports" matches itself; "/v1/*" everything below "/v1/".
[[nodiscard]] bool matches_endpoint(std::string_view pattern, std::string_view name);

}  // namespace weir
