#include "store/store_contract.h"

namespace weir {
namespace {

class TokenStoreContract : public test::StoreContract {
 protected:
  static AdminToken token_named(std::string name, std::uint8_t seed) {
    AdminToken token;
    token.name = std::move(name);
    token.role = Role::kAdmin;
    token.display = "weiradm_Ab12…";
    token.digest.fill(seed);
    token.created_by = "admin.token";
    return token;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, TokenStoreContract, test::store_backends(), test::backend_name);

TEST_P(TokenStoreContract, GivesBackWhatWasInsertedOverAReopen) {
  AdminToken token = token_named("deploy; DROP TABLE admin_tokens", 7);
  token.expires_at = kNow + Seconds(3600);
  ASSERT_TRUE(store().tokens().insert(token, kNow));
  reopen();
  const auto tokens = store().tokens().list();
  ASSERT_TRUE(tokens);
  ASSERT_EQ(tokens->size(), 1U);
  const auto& found = tokens->front();
  EXPECT_EQ(found.id, token.id);
  EXPECT_EQ(found.name, token.name);
  EXPECT_EQ(found.role, Role::kAdmin);
  EXPECT_EQ(found.display, token.display);
  EXPECT_EQ(found.digest, token.digest);
  EXPECT_EQ(found.expires_at, token.expires_at);
  EXPECT_EQ(found.created_by, "admin.token");
  EXPECT_EQ(found.created_at, kNow);
  EXPECT_FALSE(found.last_used);
}

TEST_P(TokenStoreContract, RefusesANameThatIsTaken) {
  AdminToken first = token_named("deploy", 1);
  AdminToken second = token_named("deploy", 2);
  ASSERT_TRUE(store().tokens().insert(first, kNow));
  const auto refused = store().tokens().insert(second, kNow);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_NE(refused.error().detail.find("'deploy'"), std::string::npos);
}

TEST_P(TokenStoreContract, RemembersTheLastUse) {
  AdminToken token = token_named("deploy", 1);
  ASSERT_TRUE(store().tokens().insert(token, kNow));
  ASSERT_TRUE(store().tokens().set_last_used(token.id, kNow + Seconds(5)));
  ASSERT_TRUE(store().tokens().set_last_used(TokenId(99), kNow));
  EXPECT_EQ(store().tokens().list()->front().last_used, kNow + Seconds(5));
}

TEST_P(TokenStoreContract, ARemovedTokenIsGoneAndItsIdIsNotUsedAgain) {
  AdminToken first = token_named("deploy", 1);
  ASSERT_TRUE(store().tokens().insert(first, kNow));
  ASSERT_TRUE(store().tokens().remove(first.id));
  EXPECT_EQ(store().tokens().remove(first.id).error().code, ErrorCode::kNotFound);
  AdminToken second = token_named("deploy", 2);
  ASSERT_TRUE(store().tokens().insert(second, kNow));
  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(store().tokens().list()->size(), 1U);
}

TEST_P(TokenStoreContract, HoldsSoManyTokensAndNoMore) {
  ASSERT_TRUE(store().atomically([&]() -> Result<void> {
    for (std::size_t i = 0; i < kAdminTokensMax; ++i) {
      AdminToken token = token_named("token " + std::to_string(i), 0);
      token.digest[0] = static_cast<std::uint8_t>(i & 0xFF);
      token.digest[1] = static_cast<std::uint8_t>(i >> 8);
      WEIR_TRY(store().tokens().insert(token, kNow));
    }
    return {};
  }));
  AdminToken beyond = token_named("one more", 255);
  EXPECT_EQ(store().tokens().insert(beyond, kNow).error().code, ErrorCode::kFull);
}

}  // namespace
}  // namespace weir
