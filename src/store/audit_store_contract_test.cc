#include "store/store_contract.h"

namespace weir {
namespace {

class AuditStoreContract : public test::StoreContract {
 protected:
  static AuditEntry entry(std::string action, std::string subject, UtcTime at = kNow,
                          std::string actor = "deploy") {
    AuditEntry out;
    out.at = at;
    out.actor = {TokenId(3), std::move(actor), Role::kAdmin, Via::kCli, *IpAddress::parse("192.0.2.1"),
                 "request-1"};
    out.change = {std::move(action), "key", std::move(subject), R"({"name":"old"})", R"({"name":"new"})"};
    return out;
  }
  void append(AuditEntry added) { ASSERT_TRUE(store().audit().append(added)); }
  std::vector<AuditEntry> list(const AuditFilter& filter = {}) {
    auto entries = store().audit().list(filter);
    EXPECT_TRUE(entries);
    return entries ? *std::move(entries) : std::vector<AuditEntry>{};
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, AuditStoreContract, test::store_backends(), test::backend_name);

TEST_P(AuditStoreContract, GivesBackWhatWasAppendedOverAReopen) {
  append(entry("key.update", "7'; --"));
  reopen();
  const auto found = list();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_GT(found[0].id, 0U);
  EXPECT_EQ(found[0].at, kNow);
  EXPECT_EQ(found[0].actor.token, TokenId(3));
  EXPECT_EQ(found[0].actor.name, "deploy");
  EXPECT_EQ(found[0].actor.role, Role::kAdmin);
  EXPECT_EQ(found[0].actor.via, Via::kCli);
  EXPECT_EQ(found[0].actor.source.to_string(), "192.0.2.1");
  EXPECT_EQ(found[0].actor.request_id, "request-1");
  EXPECT_EQ(found[0].change.action, "key.update");
  EXPECT_EQ(found[0].change.subject_type, "key");
  EXPECT_EQ(found[0].change.subject_id, "7'; --");
  EXPECT_EQ(found[0].change.before, R"({"name":"old"})");
  EXPECT_EQ(found[0].change.after, R"({"name":"new"})");
}

TEST_P(AuditStoreContract, FiltersByEverythingAtOnce) {
  append(entry("key.update", "7"));
  append(entry("key.update", "8"));
  append(entry("key.delete", "7"));
  append(entry("key.update", "7", kNow, "somebody else"));
  append(entry("key.update", "7", kNow + Seconds(60)));
  AuditFilter filter;
  filter.actor = "deploy";
  filter.action = "key.update";
  filter.subject_type = "key";
  filter.subject_id = "7";
  EXPECT_EQ(list(filter).size(), 2U);
  filter.to = kNow + Seconds(60);
  EXPECT_EQ(list(filter).size(), 1U);
  filter.to.reset();
  filter.from = kNow + Seconds(1);
  EXPECT_EQ(list(filter).size(), 1U);
  filter.subject_type = "user";
  EXPECT_TRUE(list(filter).empty());
}

TEST_P(AuditStoreContract, ListsNewestFirstInPages) {
  for (int i = 0; i < 5; ++i) append(entry("key.update", std::to_string(i)));
  AuditFilter filter;
  filter.limit = 3;
  const auto first = list(filter);
  ASSERT_EQ(first.size(), 3U);
  EXPECT_EQ(first[0].change.subject_id, "4");
  filter.before_id = first.back().id;
  const auto second = list(filter);
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(second[1].change.subject_id, "0");
  filter.limit = 1001;
  EXPECT_EQ(store().audit().list(filter).error().code, ErrorCode::kInvalid);
}

TEST_P(AuditStoreContract, RemovesTheOldestInSlices) {
  for (int i = 0; i < 5; ++i) append(entry("key.update", std::to_string(i), kNow + Seconds(i)));
  EXPECT_EQ(store().audit().remove_before(kNow + Seconds(4), 3).value(), 3U);
  EXPECT_EQ(list().size(), 2U);
  EXPECT_EQ(store().audit().remove_before(kNow + Seconds(4), 3).value(), 1U);
  EXPECT_EQ(list().front().change.subject_id, "4");
}

TEST_P(AuditStoreContract, AChangeAndItsEntryAreKeptTogetherOrNotAtAll) {
  User ada = test::user_named("ada");
  const auto refused = store().atomically([&]() -> Result<void> {
    WEIR_TRY(store().users().insert(ada, kNow));
    auto made = entry("user.create", "1");
    WEIR_TRY(store().audit().append(made));
    return fail(ErrorCode::kInternal, "on purpose");
  });
  EXPECT_EQ(refused.error().detail, "on purpose");
  EXPECT_TRUE(list().empty());
  EXPECT_EQ(store().users().find_by_name("ada").error().code, ErrorCode::kNotFound);

  ASSERT_TRUE(store().atomically([&]() -> Result<void> {
    WEIR_TRY(store().users().insert(ada, kNow));
    auto made = entry("user.create", "1");
    return store().audit().append(made);
  }));
  EXPECT_EQ(list().size(), 1U);
  EXPECT_TRUE(store().users().find_by_name("ada"));
}

TEST_P(AuditStoreContract, AStepThatFailsInsideATransactionUndoesOnlyItself) {
  User ada = test::user_named("ada");
  User again = test::user_named("ada");
  ASSERT_TRUE(store().atomically([&]() -> Result<void> {
    WEIR_TRY(store().users().insert(ada, kNow));
    EXPECT_EQ(store().users().insert(again, kNow).error().code, ErrorCode::kConflict);
    auto made = entry("user.create", "1");
    return store().audit().append(made);
  }));
  reopen();
  EXPECT_EQ(list().size(), 1U);
  EXPECT_TRUE(store().users().find_by_name("ada"));
}

}  // namespace
}  // namespace weir
