// Replays asked for through the API: each works in the background, one after another, on a thread the machine
// runs when nothing else wants it.
//
// Nothing is stored: what is done is remembered until kKeptMax newer ones are, or the end of the process.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <boost/json/object.hpp>

#include "admin/replay_run.h"
#include "alerts/alert_text.h"
#include "base/clock.h"
#include "store/store.h"

namespace weir {

enum class ReplayState : std::uint8_t { kWaiting, kRunning, kDone, kFailed, kCancelled };
[[nodiscard]] std::string_view to_string(ReplayState state);

/// Any thread.
class ReplayService {
 public:
  struct Parts {
    const Clock& clock;
    Store& store;
    std::string environment;
    AlertNames names;  // asked on the replay's thread
    std::function<SharedEndpointNames()> endpoints;
    std::function<Result<AlertSettings>()> settings;  // in force; blocks
    std::function<LimitSettings()> limits;            // in force
    std::function<RouteCosts()> route_costs;          // of the routes in force; any thread
  };
  /// Waiting or at work.
  static constexpr std::size_t kActiveMax = 2;
  static constexpr std::size_t kKeptMax = 10;

  explicit ReplayService(Parts parts);
  /// Stops the one at work and waits until it has.
  ~ReplayService();
  ReplayService(const ReplayService&) = delete;
  ReplayService& operator=(const ReplayService&) = delete;

  /// What a question's settings are read over.
  [[nodiscard]] Result<AlertSettings> settings_in_force() const { return parts_.settings(); }

  /// kFull: kActiveMax are waiting or at work. kInvalid: the time.
  [[nodiscard]] Result<boost::json::object> start(const std::string& by, ReplayQuestion question);
  /// As the API shows it, with the result when it is there. kNotFound.
  [[nodiscard]] Result<boost::json::object> get(std::uint32_t id);
  /// The newest first, without results.
  [[nodiscard]] boost::json::array list();
  /// Stops it, or forgets it when it is done. kNotFound.
  [[nodiscard]] Result<void> remove(std::uint32_t id);

 private:
  struct Job {
    std::uint32_t id = 0;
    std::string by;
    UtcTime created_at{};
    ReplayQuestion question;
    ReplayProgress progress;
    std::atomic<bool> cancelled{false};
    ReplayState state = ReplayState::kWaiting;  // guarded by the service's mutex, as is what follows
    std::optional<UtcTime> ended_at;
    std::string error;
    boost::json::object result;
  };
  using JobPtr = std::shared_ptr<Job>;

  void work(const std::stop_token& stop);
  [[nodiscard]] Result<std::optional<boost::json::object>> run(Job& job, const std::stop_token& stop);
  [[nodiscard]] Result<ReplayWorld> world();
  [[nodiscard]] static boost::json::object shown(const Job& job);
  [[nodiscard]] JobPtr next();

  Parts parts_;
  std::mutex mutex_;
  std::condition_variable_any wanted_;
  std::deque<JobPtr> jobs_;  // guarded by mutex_; oldest first
  std::uint32_t last_id_ = 0;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace weir
