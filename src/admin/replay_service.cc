#include "admin/replay_service.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "admin/replay_json.h"
#include "base/log.h"
#include "base/thread_role.h"

namespace weir {
namespace {

/// Between blocks: whoever waits for a lock the store's readers share comes first.
constexpr Micros kBreath{50};

bool is_active(ReplayState state) {
  return state == ReplayState::kWaiting || state == ReplayState::kRunning;
}

}  // namespace

std::string_view to_string(ReplayState state) {
  constexpr std::array<std::string_view, 5> kNames = {"waiting", "running", "done", "failed", "cancelled"};
  return kNames[static_cast<std::size_t>(state)];
}

ReplayService::ReplayService(Parts parts) : parts_(std::move(parts)) {}

ReplayService::~ReplayService() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

Result<boost::json::object> ReplayService::start(const std::string& by, ReplayQuestion question) {
  if (question.from >= question.to) {
    return fail(ErrorCode::kInvalid, fmt::format("to: must be after from ({}), but is {}",
                                                 to_rfc3339(question.from), to_rfc3339(question.to)));
  }
  if (question.to - question.from > kReplayRangeMax)
    return fail(ErrorCode::kInvalid,
                fmt::format("to: must be at most {} days after from", kReplayRangeMax.count()));
  const std::lock_guard lock(mutex_);
  const auto active =
      std::count_if(jobs_.begin(), jobs_.end(), [](const JobPtr& job) { return is_active(job->state); });
  if (static_cast<std::size_t>(active) >= kActiveMax) {
    return fail(ErrorCode::kFull,
                fmt::format("{} replays are waiting or at work already, which is the most at "
                            "once: wait for one, or cancel it",
                            kActiveMax));
  }
  while (jobs_.size() >= kKeptMax + kActiveMax) {
    const auto done =
        std::find_if(jobs_.begin(), jobs_.end(), [](const JobPtr& job) { return !is_active(job->state); });
    jobs_.erase(done);
  }
  auto job = std::make_shared<Job>();
  job->id = ++last_id_;
  job->by = by;
  job->created_at = parts_.clock.utc();
  job->question = std::move(question);
  jobs_.push_back(job);
  if (!thread_.joinable()) {
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }
  wanted_.notify_one();
  return shown(*job);
}

Result<boost::json::object> ReplayService::get(std::uint32_t id) {
  const std::lock_guard lock(mutex_);
  for (const JobPtr& job : jobs_) {
    if (job->id != id) continue;
    auto out = shown(*job);
    if (job->state == ReplayState::kDone) out["result"] = job->result;
    return out;
  }
  return fail(ErrorCode::kNotFound, fmt::format("there is no replay {}", id));
}

boost::json::array ReplayService::list() {
  boost::json::array items;
  const std::lock_guard lock(mutex_);
  for (auto job = jobs_.rbegin(); job != jobs_.rend(); ++job) items.push_back(shown(**job));
  return items;
}

Result<void> ReplayService::remove(std::uint32_t id) {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(jobs_.begin(), jobs_.end(), [id](const JobPtr& job) { return job->id == id; });
  if (found == jobs_.end()) return fail(ErrorCode::kNotFound, fmt::format("there is no replay {}", id));
  switch ((*found)->state) {
    case ReplayState::kRunning:
      (*found)->cancelled = true;
      break;
    case ReplayState::kWaiting:
      (*found)->state = ReplayState::kCancelled;
      (*found)->ended_at = parts_.clock.utc();
      break;
    default:
      jobs_.erase(found);
  }
  return {};
}

boost::json::object ReplayService::shown(const Job& job) {
  boost::json::object out;
  out["id"] = job.id;
  out["state"] = to_string(job.state);
  out["by"] = job.by;
  out["created_at"] = to_rfc3339(job.created_at);
  out["ended_at"] = job.ended_at ? boost::json::value(to_rfc3339(*job.ended_at)) : nullptr;
  out["from"] = to_rfc3339(job.question.from);
  out["to"] = to_rfc3339(job.question.to);
  out["calls_read"] = job.progress.calls_read.load();
  out["calls_total"] = job.progress.calls_total.load();
  out["error"] = job.error.empty() ? boost::json::value(nullptr) : boost::json::value(job.error);
  out["result"] = nullptr;
  return out;
}

ReplayService::JobPtr ReplayService::next() {
  const auto found = std::find_if(jobs_.begin(), jobs_.end(),
                                  [](const JobPtr& job) { return job->state == ReplayState::kWaiting; });
  return found == jobs_.end() ? nullptr : *found;
}

void ReplayService::work(const std::stop_token& stop) {
  begin_thread("weir-replay", ThreadRole::kIdle);
  for (;;) {
    JobPtr job;
    {
      std::unique_lock lock(mutex_);
      if (!wanted_.wait(lock, stop, [this] { return next() != nullptr; })) return;
      job = next();
      job->state = ReplayState::kRunning;
    }
    auto result = run(*job, stop);
    const std::lock_guard lock(mutex_);
    job->ended_at = parts_.clock.utc();
    if (!result) {
      job->state = ReplayState::kFailed;
      job->error = result.error().detail;
      log::error("a replay failed", {{"replay_id", job->id}, {"reason", job->error}});
    } else if (!*result) {
      job->state = ReplayState::kCancelled;
    } else {
      job->state = ReplayState::kDone;
      job->result = std::move(**result);
    }
  }
}

Result<ReplayWorld> ReplayService::world() {
  WEIR_TRY_ASSIGN(settings, parts_.settings());
  ReplayWorld world{.calls = parts_.store.calls(),
                    .alerts = parts_.store.alerts(),
                    .settings = std::move(settings),
                    .limits = parts_.limits(),
                    .environment = parts_.environment,
                    .endpoints = parts_.endpoints(),
                    .plans = {},
                    .costs = parts_.route_costs()};
  WEIR_TRY(parts_.store.keys().for_each([&world](const ApiKey& key) {
    if (!key.plan.empty() || !key.limits.empty())
      world.plans.emplace(key.id, ReplayWorld::KeyPlan{.plan = key.plan, .limits = key.limits});
  }));
  return world;
}

Result<std::optional<boost::json::object>> ReplayService::run(Job& job, const std::stop_token& stop) {
  WEIR_TRY_ASSIGN(world, this->world());
  const auto endpoints = world.endpoints;
  const auto windows = world.limits.windows;
  WEIR_TRY_ASSIGN(outcome, run_replay(std::move(world), job.question, job.progress, [&] {
                    std::this_thread::sleep_for(kBreath);
                    return !stop.stop_requested() && !job.cancelled;
                  }));
  if (!outcome) return std::optional<boost::json::object>();
  AlertNames names = parts_.names;
  names.endpoint = [&](EndpointId id) {
    if (id.value() <= endpoints->size()) return std::string(endpoints->name(id));
    return outcome->unnamed_endpoints.at(id.value() - endpoints->size() - 1);
  };
  return std::optional<boost::json::object>(replay_json(*outcome, job.question, names));
}

}  // namespace weir
