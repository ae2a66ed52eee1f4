#include "store/store_contract.h"

namespace weir {
namespace {

using UserStoreContract = test::StoreContract;
INSTANTIATE_TEST_SUITE_P(Backends, UserStoreContract, test::store_backends(), test::backend_name);

TEST_P(UserStoreContract, GivesBackWhatWasInserted) {
  User user = test::user_named("Ada; DROP TABLE users");
  user.email = "ada@example.com";
  user.is_active = false;
  ASSERT_TRUE(store().users().insert(user, kNow));
  EXPECT_TRUE(user.id);
  const auto found = store().users().get(user.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, user.name);
  EXPECT_EQ(found->email, user.email);
  EXPECT_FALSE(found->is_active);
  EXPECT_EQ(found->created_at, kNow);
  EXPECT_EQ(found->updated_at, kNow);
}

TEST_P(UserStoreContract, FindsAUserByName) {
  User user = test::user_named("Zoë");
  ASSERT_TRUE(store().users().insert(user, kNow));
  ASSERT_TRUE(store().users().find_by_name("Zoë"));
  EXPECT_EQ(store().users().find_by_name("Zoë")->id, user.id);
  EXPECT_EQ(store().users().find_by_name("zoe").error().code, ErrorCode::kNotFound);
}

TEST_P(UserStoreContract, RefusesANameThatIsTaken) {
  User first = test::user_named("ada");
  User second = test::user_named("ada");
  ASSERT_TRUE(store().users().insert(first, kNow));
  const auto refused = store().users().insert(second, kNow);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_NE(refused.error().detail.find("'ada'"), std::string::npos);
}

TEST_P(UserStoreContract, ARefusedRenameChangesNothing) {
  User ada = test::user_named("ada");
  User bob = test::user_named("bob");
  ASSERT_TRUE(store().users().insert(ada, kNow));
  ASSERT_TRUE(store().users().insert(bob, kNow));
  bob.name = "ada";
  EXPECT_EQ(store().users().update(bob, kNow).error().code, ErrorCode::kConflict);
  EXPECT_EQ(store().users().get(bob.id)->name, "bob");
}

TEST_P(UserStoreContract, UpdatesAndStampsTheTime) {
  User user = test::user_named("ada");
  ASSERT_TRUE(store().users().insert(user, kNow));
  user.is_active = false;
  user.email = "new@example.com";
  ASSERT_TRUE(store().users().update(user, kNow + Seconds(5)));
  EXPECT_EQ(user.updated_at, kNow + Seconds(5));
  reopen();
  const auto found = store().users().get(user.id);
  EXPECT_EQ(found->email, "new@example.com");
  EXPECT_FALSE(found->is_active);
  EXPECT_EQ(found->created_at, kNow);
  EXPECT_EQ(found->updated_at, kNow + Seconds(5));
}

TEST_P(UserStoreContract, SaysWhenThereIsNoSuchUser) {
  User user = test::user_named("ada");
  user.id = UserId(7);
  EXPECT_EQ(store().users().get(UserId(7)).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store().users().update(user, kNow).error().code, ErrorCode::kNotFound);
}

TEST_P(UserStoreContract, ListsInPagesByAscendingId) {
  for (int i = 0; i < 5; ++i) {
    User user = test::user_named("user" + std::to_string(i));
    ASSERT_TRUE(store().users().insert(user, kNow));
  }
  const auto first = store().users().list(UserId(), 3);
  ASSERT_EQ(first->size(), 3U);
  const auto second = store().users().list(first->back().id, 3);
  ASSERT_EQ(second->size(), 2U);
  EXPECT_EQ(first->front().name, "user0");
  EXPECT_EQ(second->back().name, "user4");
}

using SettingsStoreContract = test::StoreContract;
INSTANTIATE_TEST_SUITE_P(Backends, SettingsStoreContract, test::store_backends(), test::backend_name);

TEST_P(SettingsStoreContract, KnowsNothingUntilItIsTold) {
  const auto value = store().settings().get("limits");
  ASSERT_TRUE(value);
  EXPECT_FALSE(value->has_value());
}

TEST_P(SettingsStoreContract, KeepsTheLastValueOverAReopen) {
  ASSERT_TRUE(store().settings().put("limits", R"({"shadow": false})"));
  ASSERT_TRUE(store().settings().put("limits", R"({"shadow": true, "note": "it's"})"));
  reopen();
  EXPECT_EQ(**store().settings().get("limits"), R"({"shadow": true, "note": "it's"})");
}

}  // namespace
}  // namespace weir
