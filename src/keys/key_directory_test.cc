#include "keys/key_directory.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr UtcTime kNow{Seconds(1795428000)};

ApiKey key_of(std::uint32_t id, std::optional<UtcTime> expires_at = {}, std::string plan = "") {
  ApiKey key;
  key.id = KeyId(id);
  key.is_active = true;
  key.expires_at = expires_at;
  key.plan = std::move(plan);
  return key;
}

TEST(KeyDirectory, KnowsWhatWasPut) {
  KeyDirectory directory;
  directory.put(key_of(7, kNow + Seconds(60), "partner"), QuotaId(3), true);
  directory.put(key_of(9), QuotaId(0), false);
  const auto seven = directory.find(KeyId(7));
  ASSERT_TRUE(seven);
  EXPECT_EQ(seven->quota, QuotaId(3));
  EXPECT_EQ(seven->plan, "partner");
  EXPECT_TRUE(seven->is_active);
  EXPECT_EQ(seven->expires_at, kNow + Seconds(60));
  const auto nine = directory.find(KeyId(9));
  ASSERT_TRUE(nine);
  EXPECT_FALSE(nine->is_active);
  EXPECT_FALSE(nine->expires_at);
  EXPECT_FALSE(directory.find(KeyId(8)));
  EXPECT_FALSE(directory.find(KeyId(1000)));
}

TEST(KeyDirectory, AChangeReplacesAndAnErasedKeyIsGone) {
  KeyDirectory directory;
  directory.put(key_of(1, {}, "a"), QuotaId(1), true);
  directory.put(key_of(1, {}, "b"), QuotaId(2), true);
  EXPECT_EQ(directory.find(KeyId(1))->plan, "b");
  EXPECT_EQ(directory.find(KeyId(1))->quota, QuotaId(2));
  directory.erase(KeyId(1));
  directory.erase(KeyId(500));
  EXPECT_FALSE(directory.find(KeyId(1)));
}

TEST(KeyDirectory, FindsActiveKeysThatExpireSoon) {
  KeyDirectory directory;
  directory.put(key_of(1, kNow + Seconds(10)), QuotaId(), true);
  directory.put(key_of(2, kNow), QuotaId(), true);                // over
  directory.put(key_of(3, kNow + Seconds(11)), QuotaId(), true);  // later
  directory.put(key_of(4, kNow + Seconds(5)), QuotaId(), false);  // inactive
  directory.put(key_of(5), QuotaId(), true);                      // never
  directory.put(key_of(6, kNow + Seconds(1)), QuotaId(), true);
  const auto found = directory.expiring(kNow, kNow + Seconds(10), 10);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].key, KeyId(1));
  EXPECT_EQ(found[1].key, KeyId(6));
  EXPECT_EQ(found[1].at, kNow + Seconds(1));
  EXPECT_EQ(directory.expiring(kNow, kNow + Seconds(10), 1).size(), 1U);
}

}  // namespace
}  // namespace weir
