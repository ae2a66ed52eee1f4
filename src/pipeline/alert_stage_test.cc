// Alerts as the pipeline keeps them: on a real store, through restarts and lost answers.
#include "pipeline/alert_stage.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "alerts/alert_json.h"
#include "alerts/lifecycle.h"
#include "base/temporary_folder.h"
#include "store/store.h"

namespace weir {
namespace {

constexpr UtcTime kStart{Seconds(1795428000)};

class AlertStageTest : public ::testing::Test {
 protected:
  AlertStageTest() { start(); }

  void start() {
    stage_.reset();
    store_.reset();
    store_ = open_sqlite_store(folder_.path()).value();
    AlertStageParts parts{.store = store_->alerts(),
                          .desk = desk_,
                          .environment = "test",
                          .settings = {},
                          .parse_settings = {},
                          .directory = {},
                          .names = {},
                          .limit_use = {},
                          .expiring = {},
                          .dropped = [this] { return dropped_; },
                          .channels = {},
                          .changed = [this](const AlertEvent& event) { told_.push_back(event.kind); },
                          .outbox_filled = {}};
    auto stage = AlertStage::create(std::move(parts));
    ASSERT_TRUE(stage) << stage.error().detail;
    stage_ = *std::move(stage);
  }

  void call(UtcTime at, Micros response_time, std::uint16_t status = 200) {
    UsageRecord record;
    record.at = at;
    record.key = KeyId(1);
    record.user = UserId(1);
    record.status = status;
    record.response_time = response_time;
    record.path = "/slow";
    stage_->add(record, EndpointId(1));
  }

  /// Evaluates, and commits what there is as the pipeline does.
  void advance(UtcTime now) {
    stage_->advance(now, now);
    commit(now);
  }
  void commit(UtcTime now) {
    ASSERT_TRUE(store_->pipeline().commit({.now = now, .alerts = &stage_->prepare()}));
    stage_->committed();
  }
  std::vector<AlertRow> active() { return store_->alerts().list({.active_only = true}).value(); }

  TemporaryFolder folder_;
  AlertDesk desk_;
  std::uint64_t dropped_ = 0;
  std::vector<AlertEventKind> told_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<AlertStage> stage_;
};

TEST_F(AlertStageTest, AnAlertIsKeptWithItsEventAndItsMessage) {
  advance(kStart);
  call(kStart + Seconds(1), Millis(1500));
  stage_->advance(kStart + Seconds(4), kStart + Seconds(4));
  EXPECT_TRUE(stage_->urgent());
  EXPECT_TRUE(active().empty());  // nothing before the commit
  commit(kStart + Seconds(4));
  EXPECT_FALSE(stage_->urgent());
  ASSERT_EQ(active().size(), 2U);  // of the key and of the endpoint
  EXPECT_EQ(active()[0].severity, AlertSeverity::kWarning);
  EXPECT_EQ(store_->alerts().events(active()[0].id)->size(), 1U);
  EXPECT_EQ(store_->outbox().events(0, 10)->size(), 2U);
  EXPECT_EQ(told_.size(), 2U);
  EXPECT_EQ(stage_->firing()[0][0], 2U);
}

TEST_F(AlertStageTest, ARestartGoesOnWhereItWas) {
  advance(kStart);
  call(kStart + Seconds(1), Millis(1500));
  advance(kStart + Seconds(4));
  const auto before = active();
  start();
  EXPECT_EQ(stage_->firing()[0][0], 2U);
  EXPECT_EQ(stage_->prepare().alerts.size(), 0U);  // nothing changed by it
  commit(kStart + Seconds(5));
  advance(kStart + Seconds(30));
  ASSERT_EQ(active().size(), 2U);  // the window is still there: neither resolved nor fired anew
  EXPECT_EQ(active()[0].id, before[0].id);
  advance(kStart + Seconds(200));
  EXPECT_TRUE(active().empty());
  EXPECT_EQ(store_->alerts().list({}).value().size(), 2U);
  EXPECT_EQ(told_.size(), 4U);
}

TEST_F(AlertStageTest, ACommitWhoseAnswerWasLostIsKnown) {
  advance(kStart);
  call(kStart + Seconds(1), Millis(1500));
  stage_->advance(kStart + Seconds(4), kStart + Seconds(4));
  static_cast<void>(stage_->prepare());
  EXPECT_FALSE(stage_->is_stored().value());
  ASSERT_TRUE(store_->pipeline().commit({.now = kStart, .alerts = &stage_->prepare()}));
  EXPECT_TRUE(stage_->is_stored().value());
  stage_->committed();
  static_cast<void>(stage_->prepare());  // the same second, nothing new: another commit all the same
  EXPECT_FALSE(stage_->is_stored().value());
}

TEST_F(AlertStageTest, ARequestIsAnsweredOnceItIsStored) {
  advance(kStart);
  call(kStart + Seconds(1), Millis(2500));
  advance(kStart + Seconds(4));
  const AlertId id = active()[0].id;
  Result<AlertChange> answer = fail(ErrorCode::kUnavailable, "none");
  std::thread asking([&] {
    answer = desk_.ask(
        [&](AlertEngine& engine) -> Result<AlertChange> {
          WEIR_TRY_ASSIGN(event, acknowledge(engine.book(), id,
                                             {.by = "ada", .text = "on it", .at = kStart + Seconds(5)}, {}));
          return AlertChange{.event = std::move(event), .silence = {}, .settings = {}};
        },
        Millis(20000));
  });
  while (!stage_->urgent()) stage_->run_requests();
  commit(kStart + Seconds(5));
  asking.join();
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->event->alert.state, AlertState::kAcknowledged);
  const auto row = from_row(store_->alerts().get(id).value()).value();
  EXPECT_EQ(row.alert.acknowledgement->by, "ada");
  EXPECT_EQ(store_->alerts().events(id)->back().by, "ada");
}

TEST_F(AlertStageTest, ARequestThatIsWrongIsAnsweredAtOnceAndNobodyWaitsForEver) {
  const auto none = desk_.ask([](AlertEngine&) -> Result<AlertChange> { return AlertChange{}; }, Millis(1));
  EXPECT_EQ(none.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(desk_.take().empty());
  desk_.close();
  const auto closed =
      desk_.ask([](AlertEngine&) -> Result<AlertChange> { return AlertChange{}; }, Millis(20000));
  EXPECT_EQ(closed.error().detail, "weir is stopping: nothing was changed");
}

TEST_F(AlertStageTest, SettingsOfTheApiWinAndAreVersioned) {
  advance(kStart);
  std::size_t stored_before = 99;
  std::thread asking([&] {
    EXPECT_TRUE(desk_.ask(
        [&](AlertEngine& engine) -> Result<AlertChange> {
          engine.set_settings({});
          return AlertChange{
              .event = {},
              .silence = {},
              .settings = AlertSettingsRow{.version = 0, .at = kStart, .by = "ada", .document = "{}"},
              .stored = [&] { stored_before = store_->alerts().settings(10)->size(); }};
        },
        Millis(20000)));
    EXPECT_EQ(stored_before, 1U);  // told after the commit, and before the answer
  });
  while (!stage_->urgent()) stage_->run_requests();
  commit(kStart + Seconds(1));
  asking.join();
  const auto versions = store_->alerts().settings(10).value();
  ASSERT_EQ(versions.size(), 1U);
  EXPECT_EQ(versions[0].version, 1U);
  EXPECT_EQ(versions[0].by, "ada");
}

TEST_F(AlertStageTest, DroppedRecordsFireWithinTheRulesWindowAndResolve) {
  advance(kStart);
  dropped_ = 5;
  advance(kStart + Seconds(10));
  ASSERT_EQ(active().size(), 1U);
  EXPECT_EQ(active()[0].type, AlertType::kRecordsDropped);
  for (int i = 2; i < 60; ++i) advance(kStart + Seconds(10 * i));
  EXPECT_TRUE(active().empty());
}

TEST_F(AlertStageTest, AClockSetBackStartsWindowsAnewThere) {
  advance(kStart);
  call(kStart + Seconds(1), Millis(1500));
  advance(kStart + Seconds(4));
  advance(kStart - std::chrono::hours(2));
  call(kStart - std::chrono::hours(2) + Seconds(1), Millis(2500));
  advance(kStart - std::chrono::hours(2) + Seconds(20));
  EXPECT_EQ(active()[0].severity, AlertSeverity::kCritical);
}

}  // namespace
}  // namespace weir
