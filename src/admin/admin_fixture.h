// The whole admin side for tests: a real store, key table and limiter in a folder of their own.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "admin/admin.h"
#include "base/epoch.h"

namespace weir::test {

struct Reply {
  std::uint16_t status = 0;
  boost::json::value json;  // null when the body is empty or no JSON
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;

  [[nodiscard]] std::string header(std::string_view name) const {
    for (const auto& [known, value] : headers) {
      if (known == name) return value;
    }
    return "";
  }
  [[nodiscard]] std::string detail() const {
    const auto* object = json.if_object();
    const auto* text = object == nullptr ? nullptr : object->if_contains("detail");
    return text == nullptr ? "" : std::string(text->as_string());
  }
};

class AdminTest : public testing::Test {
 protected:
  AdminTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weir-admin-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    start();
  }
  ~AdminTest() override {
    stop();
    std::filesystem::remove_all(folder_);
  }

  void stop() {
    admin_.reset();
    imports_.reset();
    notifier_.reset();
    limiter_.reset();
    keys_.reset();
    usage_.reset();
    store_.reset();
  }

  /// Builds everything on what the folder holds, as a start of the process does.
  void start() {
    store_ = open_sqlite_store(folder_).value();
    usage_ = make_usage_queries(*store_, [this] { return endpoint_names_; });
    keys_ = KeyTable::create(pepper_);
    limiter_ =
        Limiter::open(folder_ / "limits.counters", configured_, clock_.utc(), clock_.instant()).value();
    imports_ = std::make_unique<ImportQueue>(store_->pipeline().positions().value());
    notifier_ = Notifier::create({}, store_->outbox(), "weir-test").value();
    admin_ = Admin::create({.clock = clock_,
                            .store = *store_,
                            .usage = *usage_,
                            .keys = *keys_,
                            .key_directory = key_directory_,
                            .limiter = *limiter_,
                            .imports = *imports_,
                            .notifier = *notifier_,
                            .alert_desk = alert_desk_,
                            .alert_names = {},
                            .alert_settings = {},
                            .notify = {},
                            .endpoint_names = [this] { return endpoint_names_; },
                            .pepper = pepper_,
                            .environment = "test",
                            .token = token_,
                            .limits = configured_,
                            .route_costs = [] { return RouteCosts(); },
                            .calls_kept_from = [this](UtcTime) { return calls_kept_from_; },
                            .access = access_,
                            .limits_changed = [this](const LimitSettings& now) { announced_.push_back(now); },
                            .ready = [this] { return ready_; },
                            .metrics_text = [] { return std::string("weir_other 1\n"); }})
                 .value();
  }

  void restart() {
    stop();
    start();
  }

  /// A request with the token; a body is sent as JSON.
  Reply call(std::string method, std::string target, std::string body = "") {
    std::vector<std::pair<std::string, std::string>> headers{{"Authorization", "Bearer " + token_}};
    if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
    return send({std::move(method), std::move(target), std::move(headers), std::move(body), {}});
  }

  Reply send(net::ServiceRequest request) {
    auto response = admin_->handle(std::move(request));
    Reply reply{response.status, nullptr, std::move(response.body), std::move(response.headers)};
    boost::json::error_code error;
    reply.json = boost::json::parse(reply.body, error);
    return reply;
  }

  /// A key made with `fields` on top of name and user; its id and secret.
  struct MadeKey {
    std::uint32_t id = 0;
    std::string secret;
  };
  MadeKey make_key(const std::string& fields = "") {
    const auto reply = call("POST", "/api/v1/keys", R"({"name":"n","user":"ada")" + fields + "}");
    EXPECT_EQ(reply.status, 201) << reply.body;
    if (reply.status != 201) return {};
    return {reply.json.at("id").to_number<std::uint32_t>(), std::string(reply.json.at("key").as_string())};
  }

  KeyMatch find(const std::string& secret) {
    const EpochGuard guard;
    auto match = keys_->find(secret, clock_.utc());
    match.restrictions = nullptr;
    return match;
  }
  KeyStatus status_of(const std::string& secret) { return find(secret).status; }

  static std::string key_path(std::uint32_t id, const std::string& rest = "") {
    return "/api/v1/keys/" + std::to_string(id) + rest;
  }

  const std::string pepper_ = std::string(32, 'p');
  const std::string token_ = "0123456789abcdef0123456789abcdef";
  std::filesystem::path folder_;
  ManualClock clock_;
  LimitSettings configured_;
  AccessSettings access_;
  std::vector<LimitSettings> announced_;
  bool ready_ = true;
  std::unique_ptr<Store> store_;
  SharedEndpointNames endpoint_names_ =
      std::make_shared<const EndpointNames>(std::vector<std::string>{"/items/{id}", "/slow"});
  std::unique_ptr<UsageQueries> usage_;
  std::unique_ptr<KeyTable> keys_;
  KeyDirectory key_directory_;
  std::unique_ptr<Limiter> limiter_;
  std::optional<UtcTime> calls_kept_from_;
  std::unique_ptr<ImportQueue> imports_;
  std::unique_ptr<Notifier> notifier_;
  AlertDesk alert_desk_;
  std::unique_ptr<Admin> admin_;
};

}  // namespace weir::test
