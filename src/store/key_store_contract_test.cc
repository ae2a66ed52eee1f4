#include "store/store_contract.h"

namespace weir {
namespace {

KeyDigest digest_of(std::uint8_t seed) {
  KeyDigest digest;
  digest.fill(seed);
  digest[0] = 0xA7;
  return digest;
}

class KeyStoreContract : public test::StoreContract {
 protected:
  KeyStoreContract() {
    User user = test::user_named("owner");
    EXPECT_TRUE(store().users().insert(user, kNow));
    owner_ = user.id;
  }

  ApiKey plain(std::uint8_t seed) {
    ApiKey key;
    key.user_id = owner_;
    key.name = "key" + std::to_string(seed);
    key.digest = digest_of(seed);
    return key;
  }

  /// Every field set.
  ApiKey full(std::uint8_t seed) {
    ApiKey key = plain(seed);
    key.description = "a key with \"everything\"\nand a line";
    key.display = "weir_live_Ab12…";
    key.retired = RetiredSecret{digest_of(static_cast<std::uint8_t>(seed + 100)), kNow + Seconds(60), true};
    key.is_active = false;
    key.expires_at = kNow + Seconds(3600);
    key.plan = "partner";
    key.limits = {{"minute", 5}, {"day", kUnlimited}};
    key.allowed_routes = {"/v1/", "/with \"quotes\""};
    key.allowed_networks = {*IpNetwork::parse("10.0.0.0/8"), *IpNetwork::parse("2001:db8::/32")};
    return key;
  }

  ApiKey insert(ApiKey key) {
    std::vector<ApiKey> keys{std::move(key)};
    const auto inserted = store().keys().insert(keys, kNow);
    EXPECT_TRUE(inserted) << inserted.error().detail;
    return keys.front();
  }

  UserId owner_;
};

void expect_same(const ApiKey& found, const ApiKey& wanted) {
  EXPECT_EQ(found.id, wanted.id);
  EXPECT_EQ(found.user_id, wanted.user_id);
  EXPECT_EQ(found.name, wanted.name);
  EXPECT_EQ(found.description, wanted.description);
  EXPECT_EQ(found.display, wanted.display);
  EXPECT_EQ(found.digest, wanted.digest);
  ASSERT_EQ(found.retired.has_value(), wanted.retired.has_value());
  if (found.retired) {
    EXPECT_EQ(found.retired->digest, wanted.retired->digest);
    EXPECT_EQ(found.retired->ends_at, wanted.retired->ends_at);
    EXPECT_EQ(found.retired->ends_on_first_use, wanted.retired->ends_on_first_use);
  }
  EXPECT_EQ(found.is_active, wanted.is_active);
  EXPECT_EQ(found.expires_at, wanted.expires_at);
  EXPECT_EQ(found.plan, wanted.plan);
  EXPECT_EQ(found.limits, wanted.limits);
  EXPECT_EQ(found.allowed_routes, wanted.allowed_routes);
  EXPECT_EQ(found.allowed_networks, wanted.allowed_networks);
  EXPECT_EQ(found.usage_count, wanted.usage_count);
  EXPECT_EQ(found.last_used, wanted.last_used);
  EXPECT_EQ(found.created_at, wanted.created_at);
  EXPECT_EQ(found.updated_at, wanted.updated_at);
}

INSTANTIATE_TEST_SUITE_P(Backends, KeyStoreContract, test::store_backends(), test::backend_name);

TEST_P(KeyStoreContract, GivesBackEveryFieldOverAReopen) {
  const ApiKey bare = insert(plain(1));
  const ApiKey rich = insert(full(2));
  reopen();
  expect_same(*store().keys().get(bare.id), bare);
  expect_same(*store().keys().get(rich.id), rich);
}

TEST_P(KeyStoreContract, VisitsEveryKeyInOrderOfIdWithItsCounters) {
  const ApiKey rich = insert(full(1));
  ApiKey bare = insert(plain(2));
  ASSERT_TRUE(store().pipeline().commit({.key_usage = std::vector<KeyUsageDelta>{{bare.id, 3, kNow}}}));
  bare.usage_count = 3;
  bare.last_used = kNow;
  std::vector<ApiKey> visited;
  ASSERT_TRUE(store().keys().for_each([&](const ApiKey& key) { visited.push_back(key); }));
  ASSERT_EQ(visited.size(), 2U);
  expect_same(visited[0], rich);
  expect_same(visited[1], bare);
}

TEST_P(KeyStoreContract, StampsIdsAndTimesInPlace) {
  std::vector<ApiKey> keys{plain(1), plain(2)};
  ASSERT_TRUE(store().keys().insert(keys, kNow));
  EXPECT_LT(KeyId(), keys[0].id);
  EXPECT_LT(keys[0].id, keys[1].id);
  EXPECT_EQ(keys[0].created_at, kNow);
  EXPECT_EQ(keys[0].updated_at, kNow);
}

TEST_P(KeyStoreContract, NeverUsesAnIdTwice) {
  const KeyId removed = insert(plain(1)).id;
  ASSERT_TRUE(store().keys().remove(removed));
  reopen();
  EXPECT_GT(insert(plain(2)).id, removed);
}

TEST_P(KeyStoreContract, RefusesASecretThatIsKnownAndInsertsNone) {
  insert(full(1));  // its retired secret is 101
  for (const std::uint8_t known : std::initializer_list<std::uint8_t>{1, 101}) {
    std::vector<ApiKey> keys{plain(50), plain(known)};
    const auto refused = store().keys().insert(keys, kNow);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
    EXPECT_FALSE(keys[0].id);
  }
  EXPECT_EQ(*store().keys().count(), 1U);
}

TEST_P(KeyStoreContract, RefusesAnUnknownOwner) {
  ApiKey key = plain(1);
  key.user_id = UserId(999);
  std::vector<ApiKey> keys{key};
  EXPECT_EQ(store().keys().insert(keys, kNow).error().code, ErrorCode::kNotFound);
}

TEST_P(KeyStoreContract, AnUpdateReplacesEverythingButWhatIsCounted) {
  ApiKey key = insert(plain(1));
  ASSERT_TRUE(store().pipeline().commit({.key_usage = std::vector<KeyUsageDelta>{{key.id, 2, kNow}}}));
  ApiKey changed = full(3);
  changed.id = key.id;
  changed.usage_count = 77;  // not the store's business
  ASSERT_TRUE(store().keys().update(changed, kNow + Seconds(9)));
  EXPECT_EQ(changed.updated_at, kNow + Seconds(9));
  ApiKey wanted = changed;
  wanted.usage_count = 2;
  wanted.last_used = kNow;
  wanted.created_at = kNow;
  expect_same(*store().keys().get(key.id), wanted);
}

TEST_P(KeyStoreContract, ARotatedSecretIsFreedWhenItsKeyForgetsIt) {
  ApiKey key = insert(full(1));
  key.retired.reset();
  ASSERT_TRUE(store().keys().update(key, kNow));
  insert(plain(101));
}

TEST_P(KeyStoreContract, ARefusedUpdateLeavesTheOldSecretKnown) {
  insert(plain(1));
  ApiKey second = insert(plain(2));
  second.digest = digest_of(1);
  EXPECT_EQ(store().keys().update(second, kNow).error().code, ErrorCode::kConflict);
  std::vector<ApiKey> again{plain(2)};
  EXPECT_EQ(store().keys().insert(again, kNow).error().code, ErrorCode::kConflict);
}

TEST_P(KeyStoreContract, ARemovedKeyIsGoneWithItsSecrets) {
  const ApiKey key = insert(full(1));
  ASSERT_TRUE(store().keys().remove(key.id));
  EXPECT_EQ(store().keys().get(key.id).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store().keys().remove(key.id).error().code, ErrorCode::kNotFound);
  insert(plain(1));
  insert(plain(101));
}

TEST_P(KeyStoreContract, ARemovedKeyHasItsOwnerStill) {
  const KeyId removed = insert(plain(1)).id;
  const KeyId kept = insert(plain(2)).id;
  ASSERT_TRUE(store().keys().remove(removed));
  reopen();
  EXPECT_EQ(*store().keys().owner(removed), owner_);
  EXPECT_EQ(*store().keys().owner(kept), owner_);
  EXPECT_EQ(store().keys().owner(KeyId(4'000'000)).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(*store().keys().keys_of(owner_), (std::vector<KeyId>{removed, kept}));
  EXPECT_TRUE(store().keys().keys_of(UserId(4'000'000))->empty());
}

TEST_P(KeyStoreContract, NamesManyAtOnce) {
  const KeyId first = insert(plain(1)).id;
  const KeyId second = insert(plain(2)).id;
  const KeyId ids[] = {second, KeyId(4'000'000), first, second};
  EXPECT_EQ(*store().keys().names(ids), (std::vector<std::string>{"key2", "", "key1", "key2"}));
  const UserId users[] = {owner_, UserId(4'000'000)};
  EXPECT_EQ(*store().users().names(users), (std::vector<std::string>{"owner", ""}));
}

TEST_P(KeyStoreContract, ListsByOwnerAndStateInPages) {
  User other = test::user_named("other");
  ASSERT_TRUE(store().users().insert(other, kNow));
  for (std::uint8_t i = 1; i <= 6; ++i) {
    ApiKey key = plain(i);
    if (i % 2 == 0) key.user_id = other.id;
    key.is_active = i % 3 != 0;
    insert(key);
  }
  KeyFilter of_other{.user_id = other.id, .is_active = true, .after = KeyId(), .limit = 1};
  std::vector<std::string> names;
  for (;;) {
    const auto page = store().keys().list(of_other);
    ASSERT_TRUE(page);
    if (page->empty()) break;
    names.push_back(page->front().name);
    of_other.after = page->back().id;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"key2", "key4"}));
  EXPECT_EQ(store().keys().list({.user_id = {}, .is_active = {}, .after = KeyId(), .limit = 0}).error().code,
            ErrorCode::kInvalid);
}

using PipelineStoreContract = KeyStoreContract;
INSTANTIATE_TEST_SUITE_P(Backends, PipelineStoreContract, test::store_backends(), test::backend_name);

TEST_P(PipelineStoreContract, AddsUpCallsAndKeepsTheLatestUse) {
  const ApiKey key = insert(plain(1));
  auto& pipeline = store().pipeline();
  ASSERT_TRUE(pipeline.commit(
      {.key_usage = std::vector<KeyUsageDelta>{{key.id, 2, kNow + Seconds(5)}}, .positions = {{0, {100}}}}));
  ASSERT_TRUE(pipeline.commit(
      {.key_usage = std::vector<KeyUsageDelta>{{key.id, 3, kNow}}, .positions = {{0, {200}}, {3, {7}}}}));
  reopen();
  EXPECT_EQ(store().keys().get(key.id)->usage_count, 5U);
  EXPECT_EQ(store().keys().get(key.id)->last_used, kNow + Seconds(5));
  EXPECT_EQ(*store().pipeline().positions(), (JournalPositions{{0, {200}}, {3, {7}}}));
}

TEST_P(PipelineStoreContract, PassesOverKeysThatAreGone) {
  const ApiKey key = insert(plain(1));
  ASSERT_TRUE(store().keys().remove(key.id));
  ASSERT_TRUE(store().pipeline().commit(
      {.key_usage = std::vector<KeyUsageDelta>{{key.id, 2, kNow}}, .positions = {{0, {1}}}}));
  EXPECT_EQ(*store().pipeline().positions(), (JournalPositions{{0, {1}}}));
}

}  // namespace
}  // namespace weir
