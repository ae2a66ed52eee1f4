#include <functional>

#include <gmock/gmock.h>

#include "store/alert_store.h"
#include "store/store_contract.h"

namespace weir {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

class AlertStoreContract : public test::StoreContract {
 protected:
  AlertStore& alerts() { return store().alerts(); }

  void commit(const AlertCommit& commit) {
    const auto done = store().pipeline().commit({.now = kNow, .alerts = &commit});
    ASSERT_TRUE(done) << done.error().detail;
  }

  static AlertRow row(std::uint32_t id, AlertState state = AlertState::kFiring) {
    return {.id = AlertId(id),
            .type = AlertType::kErrorRate,
            .severity = AlertSeverity::kWarning,
            .state = state,
            .subject = AlertSubject::key(KeyId(id % 3)),
            .started_at = kNow + Seconds(id),
            .document = "{}"};
  }

  std::vector<std::uint32_t> ids(const AlertFilter& filter) {
    const auto listed = alerts().list(filter).value();
    std::vector<std::uint32_t> found;
    for (const AlertRow& alert : listed) found.push_back(alert.id.value());
    return found;
  }
};

/// A filter with the fields `set` sets.
AlertFilter filter(const std::function<void(AlertFilter&)>& set) {
  AlertFilter by;
  set(by);
  return by;
}

TEST_P(AlertStoreContract, WhatIsCommittedIsThereAfterARestart) {
  AlertCommit first;
  first.alerts = {row(1), row(2)};
  first.events = {{.alert = AlertId(1), .at = kNow, .kind = "fired", .by = "", .text = ""}};
  first.windows = {{.evaluation = 11, .second = 10, .bytes = std::string("a\0b", 3)}};
  first.checkpoint = AlertCheckpoint{.at = 9, .bytes = "before"};
  first.state = "{\"evaluated\":10}";
  first.hours = {{.hour = 5, .bytes = "five"}};
  commit(first);
  AlertCommit second;
  second.alerts = {row(1, AlertState::kResolved)};
  second.alerts[0].severity = AlertSeverity::kCritical;
  second.alerts[0].document = "{\"more\":1}";
  second.events = {
      {.alert = AlertId(1), .at = kNow + Seconds(1), .kind = "resolved", .by = "ann", .text = "ok"}};
  second.checkpoint = AlertCheckpoint{.at = 12, .bytes = "after"};
  second.state = "{\"evaluated\":12}";
  commit(second);
  reopen();
  const AlertKept kept = alerts().load().value();
  EXPECT_EQ(kept.state, "{\"evaluated\":12}");
  EXPECT_EQ(kept.checkpoint.at, 12);
  EXPECT_EQ(kept.checkpoint.bytes, "after");
  ASSERT_EQ(kept.windows.size(), 1U);
  EXPECT_EQ(kept.windows[0].bytes, std::string("a\0b", 3));
  EXPECT_THAT(kept.active, ElementsAre(row(2)));
  EXPECT_EQ(alerts().get(AlertId(1)).value(), second.alerts[0]);
  EXPECT_THAT(alerts().events(AlertId(1)).value(),
              ElementsAre(Field(&AlertEventRow::kind, "fired"), second.events[0]));
  EXPECT_EQ(alerts().hour(5).value(), "five");
  EXPECT_EQ(alerts().hour(6).value(), std::nullopt);
  EXPECT_EQ(alerts().get(AlertId(3)).error().code, ErrorCode::kNotFound);
}

TEST_P(AlertStoreContract, ListsNewestFirstByWhatIsAsked) {
  AlertCommit all;
  for (std::uint32_t id = 1; id <= 6; ++id)
    all.alerts.push_back(row(id, id % 2 == 0 ? AlertState::kResolved : AlertState::kFiring));
  all.alerts[0].type = AlertType::kKeyAbuse;
  all.alerts[1].severity = AlertSeverity::kCritical;
  all.alerts[2].subject = AlertSubject::source("192.0.2.1' OR 1");
  commit(all);
  EXPECT_THAT(ids({}), ElementsAre(6, 5, 4, 3, 2, 1));
  EXPECT_THAT(ids(filter([](AlertFilter& by) { by.active_only = true; })), ElementsAre(5, 3, 1));
  EXPECT_THAT(ids(filter([](AlertFilter& by) { by.state = AlertState::kResolved; })), ElementsAre(6, 4, 2));
  EXPECT_THAT(ids(filter([](AlertFilter& by) { by.type = AlertType::kKeyAbuse; })), ElementsAre(1));
  EXPECT_THAT(ids(filter([](AlertFilter& by) { by.severity = AlertSeverity::kCritical; })), ElementsAre(2));
  EXPECT_THAT(ids(filter([](AlertFilter& by) { by.subject = AlertSubject::key(KeyId(2)); })),
              ElementsAre(5, 2));
  EXPECT_THAT(ids(filter([](AlertFilter& by) { by.subject = AlertSubject::source("192.0.2.1' OR 1"); })),
              ElementsAre(3));
  EXPECT_THAT(ids(filter([](AlertFilter& by) {
                by.from = kNow + Seconds(3);
                by.to = kNow + Seconds(5);
              })),
              ElementsAre(4, 3));
  EXPECT_THAT(ids(filter([](AlertFilter& by) {
                by.before = AlertId(3);
                by.limit = 1;
              })),
              ElementsAre(2));
}

TEST_P(AlertStoreContract, OldWindowsAndHoursAreForgotten) {
  AlertCommit kept;
  for (std::int64_t second = 1; second <= 4; ++second)
    kept.windows.push_back({.evaluation = second + 1, .second = second, .bytes = "x"});
  kept.windows.push_back({.evaluation = 9, .second = 1, .bytes = "late"});
  kept.hours = {{.hour = 1, .bytes = "1"}, {.hour = 2, .bytes = "2"}};
  commit(kept);
  AlertCommit forget;
  forget.windows_before = 4;
  forget.hours_before = 2;
  commit(forget);
  EXPECT_THAT(alerts().load().value().windows,
              ElementsAre(Field(&AlertWindowRow::second, 3), Field(&AlertWindowRow::second, 4),
                          Field(&AlertWindowRow::bytes, "late")));
  EXPECT_EQ(alerts().hour(1).value(), std::nullopt);
  EXPECT_EQ(alerts().hour(2).value(), "2");
}

TEST_P(AlertStoreContract, ResolvedAlertsAreForgottenWithTheirEvents) {
  AlertCommit first;
  first.alerts = {row(1, AlertState::kResolved), row(2), row(3, AlertState::kResolved)};
  for (const std::uint32_t id : {1U, 2U, 3U})
    first.events.push_back({.alert = AlertId(id), .at = kNow, .kind = "fired", .by = "", .text = ""});
  commit(first);
  AlertCommit prune;
  prune.alerts_before = kNow + Seconds(3);
  commit(prune);
  EXPECT_THAT(ids({}), ElementsAre(3, 2));  // 2 is old and still fires
  EXPECT_THAT(alerts().events(AlertId(1)).value(), IsEmpty());
  EXPECT_EQ(alerts().events(AlertId(3)).value().size(), 1U);
}

TEST_P(AlertStoreContract, EntriesOfTheAuditLogAreInTheSameTransaction) {
  AuditEntry entry;
  entry.at = kNow;
  entry.actor.name = "ann";
  entry.actor.role = Role::kAdmin;
  entry.change = {"alert.resolve", "alert", "7", "", "{}"};
  AlertCommit commit_one;
  commit_one.audit = {entry};
  commit(commit_one);
  const auto kept = store().audit().list({}).value();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].at, kNow);
  EXPECT_EQ(kept[0].actor.name, "ann");
  EXPECT_EQ(kept[0].change.action, "alert.resolve");
  EXPECT_EQ(kept[0].change.subject_id, "7");
}

TEST_P(AlertStoreContract, SettingsAreKeptInVersions) {
  EXPECT_THAT(alerts().settings(10).value(), IsEmpty());
  for (const char* document : {"{\"a\":1}", "{\"a\":2}"}) {
    AlertCommit change;
    change.settings = AlertSettingsRow{.version = 0, .at = kNow, .by = "ann", .document = document};
    commit(change);
  }
  const auto versions = alerts().settings(10).value();
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(versions[0].version, 2U);
  EXPECT_EQ(versions[0].document, "{\"a\":2}");
  EXPECT_EQ(versions[1].by, "ann");
}

TEST_P(AlertStoreContract, SecretsOfSettingsAreThoseOfTheNewestVersion) {
  for (const char* secrets : {"{\"hook\":1}", "{\"hook\":2}", ""}) {
    AlertCommit change;
    change.settings =
        AlertSettingsRow{.version = 0, .at = kNow, .by = "ann", .document = "{}", .secrets = secrets};
    commit(change);
    const auto versions = alerts().settings(10).value();
    EXPECT_EQ(versions[0].secrets, secrets);
    for (std::size_t i = 1; i < versions.size(); ++i) EXPECT_EQ(versions[i].secrets, "");
  }
}

TEST_P(AlertStoreContract, EventsForTheOutboxAreInTheSameTransaction) {
  OutboxEvent event;
  event.type = "alert.firing";
  event.at = kNow;
  event.alert.alert_id = 7;
  AlertCommit change;
  change.outbox = {event};
  commit(change);
  const auto events = store().outbox().events(0, 10).value();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].alert.alert_id, 7U);
}

INSTANTIATE_TEST_SUITE_P(Backends, AlertStoreContract, test::store_backends(), test::backend_name);

}  // namespace
}  // namespace weir
