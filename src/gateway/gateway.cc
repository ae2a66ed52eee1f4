#include "gateway/gateway.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "base/log.h"
#include "base/thread_role.h"
#include "gateway/active_settings.h"
#include "gateway/self_usage.h"
#include "gateway/worker.h"

namespace weir {
namespace {

class GatewayThreads final : public Gateway {
 public:
  GatewayThreads(GatewaySettings settings, GatewayParts parts, const TlsContexts& contexts)
      : settings_(std::move(settings)), parts_(std::move(parts)), self_usage_(parts_.key_usage) {
    label_routes();
    for (Journal* journal : parts_.journals) {
      workers_.push_back(std::make_unique<Worker>(parts_, *journal,
                                                  std::make_shared<ActiveSettings>(settings_, contexts),
                                                  connections_, self_usage_));
    }
  }

  ~GatewayThreads() override {
    drain();
    self_usage_.stop();  // what it still answers is posted to the workers' loops
  }

  Result<void> start() {
    std::vector<UniqueFd> sockets;
    WEIR_TRY_ASSIGN(first, net::listen_on(settings_.listen));
    address_ = net::bound_address(first, settings_.listen);
    sockets.push_back(std::move(first));
    while (sockets.size() < workers_.size()) {
      auto next = address_.kind == net::ListenAddress::Kind::kTcp ? net::listen_beside(address_)
                                                                  : net::duplicate(sockets.front());
      if (!next) return tl::unexpected(std::move(next).error());
      sockets.push_back(std::move(*next));
    }
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      threads_.emplace_back([i, worker = workers_[i].get(), socket = std::move(sockets[i])]() mutable {
        begin_thread(fmt::format("weir-data-{}", i).c_str());
        worker->run(std::move(socket));
      });
    }
    return {};
  }

  Result<void> reconfigure(GatewaySettings settings) override {
    if (settings.listen.to_string() != settings_.listen.to_string()) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("gateway.listen cannot change from {} to {} without a restart",
                              settings_.listen.to_string(), settings.listen.to_string()));
    }
    if (settings.tls.has_value() != settings_.tls.has_value()) {
      return fail(ErrorCode::kInvalid, "gateway.tls cannot be turned on or off without a restart");
    }
    WEIR_TRY(validate(settings));
    WEIR_TRY_ASSIGN(contexts, TlsContexts::load(settings));
    settings_ = std::move(settings);
    label_routes();
    for (auto& worker : workers_)
      worker->post_settings(std::make_shared<ActiveSettings>(settings_, contexts));
    return {};
  }

  void drain() override {
    draining_.store(true);
    const Instant deadline = parts_.clock.instant() + settings_.drain_timeout;
    for (auto& worker : workers_) worker->post_drain(deadline);
    for (auto& thread : threads_) thread.join();
    threads_.clear();
    if (address_.kind == net::ListenAddress::Kind::kUnix) {
      std::error_code ignored;
      std::filesystem::remove(address_.host, ignored);
    }
  }

  GatewayStats stats() const override {
    GatewayStats sum;
    for (const auto& worker : workers_) worker->stats().add_to(sum);
    sum.draining = draining_.load();
    const auto names = labels_.names();
    for (std::size_t label = 0; label < names.size(); ++label) add_durations(names[label], label, sum);
    add_durations("other", kOtherRouteLabel, sum);
    return sum;
  }

  net::ListenAddress address() const override { return address_; }

 private:
  void label_routes() {
    for (RouteSettings& route : settings_.routes) route.label = labels_.number(route.path);
  }

  /// Of all threads; "none" and "other" only when there were such requests.
  void add_durations(const std::string& name, std::size_t label, GatewayStats& sum) const {
    RouteDurations durations;
    durations.route = name;
    for (const auto& worker : workers_) worker->stats().durations[label].add_to(durations);
    const bool is_route = label != kNoRouteLabel && label != kOtherRouteLabel;
    const auto& counts = durations.counts;
    if (is_route || std::any_of(counts.begin(), counts.end(), [](std::uint64_t n) { return n > 0; }))
      sum.durations.push_back(std::move(durations));
  }

  GatewaySettings settings_;
  RouteLabels labels_;
  GatewayParts parts_;
  ConnectionCount connections_{0};
  SelfUsage self_usage_;
  net::ListenAddress address_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::thread> threads_;
  std::atomic<bool> draining_{false};
};

}  // namespace

Result<std::unique_ptr<Gateway>> Gateway::start(GatewaySettings settings, GatewayParts parts) {
  WEIR_TRY(validate(settings));
  WEIR_TRY_ASSIGN(contexts, TlsContexts::load(settings));
  auto gateway = std::make_unique<GatewayThreads>(std::move(settings), std::move(parts), contexts);
  WEIR_TRY(gateway->start());
  return gateway;
}

}  // namespace weir
