// One replay over the call log: what settings of alerts, and limits, would have done between two times.
//
// Calls are read once, block by block, and given to both sides. No thread of its own: `run` works until it is
// done, breathing after every block.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "admin/replay_hours.h"
#include "alerts/alert_replay.h"
#include "base/result.h"
#include "limits/limit_replay.h"
#include "limits/route_costs.h"
#include "model/api_key.h"
#include "usage/endpoint_names.h"

namespace weir {

/// What is asked.
struct ReplayQuestion {
  UtcTime from{};
  UtcTime to{};                           // exclusive
  std::optional<AlertSettings> settings;  // proposed; none: those in force only
  std::optional<LimitSettings> limits;    // proposed; none: limits are not replayed for their own sake
};

/// What holds today, for the side in force.
struct ReplayWorld {
  CallLog& calls;  // both outlive the run
  AlertStore& alerts;
  AlertSettings settings;
  LimitSettings limits;
  std::string environment;
  SharedEndpointNames endpoints;
  /// Plans and own limits of the keys that have any.
  struct KeyPlan {
    std::string plan;
    LimitOverrides limits;
  };
  std::unordered_map<KeyId, KeyPlan> plans;
  RouteCosts costs;  // of the routes in force
};

/// How far it is. Any thread.
struct ReplayProgress {
  std::atomic<std::uint64_t> calls_read{0};
  std::atomic<std::uint64_t> calls_total{0};
};

struct ReplayOutcome {
  AlertReplayResult alerts;
  std::vector<std::string> unnamed_endpoints;  // of ids above those of the world's names, in their order
  std::optional<LimitReplay> limits_in_force;  // these two only when limits were asked about
  std::optional<LimitReplay> limits_proposed;
};

/// A calls' endpoint by name, with ids for names the table does not have.
class ReplayEndpoints {
 public:
  explicit ReplayEndpoints(SharedEndpointNames names) : names_(std::move(names)) {}
  [[nodiscard]] EndpointId id_of(std::string_view name);
  [[nodiscard]] std::string name(EndpointId id) const;
  [[nodiscard]] const std::vector<std::string>& unnamed() const { return unnamed_; }

 private:
  SharedEndpointNames names_;
  std::vector<std::string> unnamed_;  // at most kAlertEndpointsMax
  std::unordered_map<std::string, EndpointId> ids_;
};

/// The longest time one replay is of.
inline constexpr std::chrono::days kReplayRangeMax{92};

/// Blocks. Nothing when `breath` said to stop; what the call log answers.
[[nodiscard]] Result<std::optional<ReplayOutcome>> run_replay(ReplayWorld world,
                                                              const ReplayQuestion& question,
                                                              ReplayProgress& progress,
                                                              const std::function<bool()>& breath);

}  // namespace weir
