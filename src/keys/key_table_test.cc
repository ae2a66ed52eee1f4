#include "keys/key_table.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/epoch.h"
#include "keys/digest.h"
#include "keys/key_format.h"

namespace weir {
namespace {

constexpr UtcTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
const std::string kPepper(32, 'p');

ApiKey make_key(std::uint32_t id, const std::string& secret) {
  ApiKey key;
  key.id = KeyId(id);
  key.user_id = UserId(id + 1000);
  key.digest = KeyHasher(kPepper).digest(secret);
  return key;
}

class KeyTableTest : public testing::Test {
 protected:
  [[nodiscard]] KeyStatus status(std::string_view secret, UtcTime now = kNow) {
    return table_->find(secret, now).status;
  }

  void rotate(ApiKey& key, const std::string& secret, UtcTime ends_at, bool ends_on_first_use) {
    key.retired = RetiredSecret{key.digest, ends_at, ends_on_first_use};
    key.digest = KeyHasher(kPepper).digest(secret);
    table_->put(key, QuotaId(7), true);
  }

  const EpochGuard guard_;
  std::unique_ptr<KeyTable> table_ = KeyTable::create(kPepper);
};

TEST_F(KeyTableTest, FindsWhatWasPut) {
  const std::string secret = generate_key("test").value();
  table_->put(make_key(5, secret), QuotaId(9), true);
  for (int i = 0; i < 2; ++i) {  // by its HMAC, then as a text seen before
    const KeyMatch match = table_->find(secret, kNow);
    EXPECT_EQ(match.status, KeyStatus::kValid);
    EXPECT_EQ(match.id, KeyId(5));
    EXPECT_EQ(match.user, UserId(1005));
    EXPECT_EQ(match.quota, QuotaId(9));
    EXPECT_EQ(match.restrictions, nullptr);
  }
  EXPECT_EQ(table_->size(), 1U);
}

TEST_F(KeyTableTest, TellsMalformedFromUnknown) {
  const std::string key = generate_key("test").value();
  EXPECT_EQ(status(key), KeyStatus::kUnknown);
  EXPECT_EQ(status("imported-elsewhere"), KeyStatus::kUnknown);
  EXPECT_EQ(status(key.substr(1, 6)), KeyStatus::kMalformed);
  EXPECT_EQ(status(key + "0"), KeyStatus::kMalformed);
  EXPECT_EQ(status(""), KeyStatus::kMalformed);
  EXPECT_EQ(status(std::string(257, 'x')), KeyStatus::kMalformed);
}

TEST_F(KeyTableTest, FindsImportedKeys) {
  table_->put(make_key(1, "sk-proj-imported"), QuotaId(), true);
  EXPECT_EQ(status("sk-proj-imported"), KeyStatus::kValid);
  EXPECT_EQ(status("sk-proj-importeD"), KeyStatus::kUnknown);
}

TEST_F(KeyTableTest, AChangeIsInForceForTheNextLookUp) {
  ApiKey key = make_key(1, "first-secret");
  table_->put(key, QuotaId(1), true);
  EXPECT_EQ(status("first-secret"), KeyStatus::kValid);
  key.is_active = false;
  table_->put(key, QuotaId(2), true);
  const KeyMatch match = table_->find("first-secret", kNow);
  EXPECT_EQ(match.status, KeyStatus::kInactive);
  EXPECT_EQ(match.id, KeyId(1));
  EXPECT_EQ(match.quota, QuotaId(2));
  key.is_active = true;
  table_->put(key, QuotaId(2), true);
  EXPECT_EQ(status("first-secret"), KeyStatus::kValid);
  EXPECT_EQ(table_->size(), 1U);
}

TEST_F(KeyTableTest, AnErasedKeyIsUnknown) {
  table_->put(make_key(1, "first-secret"), QuotaId(), true);
  EXPECT_EQ(status("first-secret"), KeyStatus::kValid);
  table_->erase(KeyId(1));
  EXPECT_EQ(status("first-secret"), KeyStatus::kUnknown);
  EXPECT_EQ(table_->size(), 0U);
  table_->erase(KeyId(1));
  table_->erase(KeyId(99));
  EXPECT_EQ(table_->size(), 0U);
}

TEST_F(KeyTableTest, AnInactiveOwnersKeysAreInactive) {
  table_->put(make_key(1, "first-secret"), QuotaId(), false);
  EXPECT_EQ(status("first-secret"), KeyStatus::kInactive);
}

TEST_F(KeyTableTest, AKeyExpiresAtItsTime) {
  ApiKey key = make_key(1, "first-secret");
  key.expires_at = kNow + Seconds(60);
  table_->put(key, QuotaId(), true);
  EXPECT_EQ(status("first-secret", kNow + Seconds(60) - Micros(1)), KeyStatus::kValid);
  EXPECT_EQ(status("first-secret", kNow + Seconds(60)), KeyStatus::kExpired);
}

TEST_F(KeyTableTest, ARetiredSecretWorksUntilItsEnd) {
  ApiKey key = make_key(3, "first-secret");
  table_->put(key, QuotaId(), true);
  EXPECT_EQ(status("first-secret"), KeyStatus::kValid);
  rotate(key, "second-secret", kNow + Seconds(60), false);
  EXPECT_EQ(status("second-secret"), KeyStatus::kValid);
  const KeyMatch old = table_->find("first-secret", kNow + Seconds(59));
  EXPECT_EQ(old.status, KeyStatus::kValid);
  EXPECT_EQ(old.id, KeyId(3));
  EXPECT_EQ(old.quota, QuotaId(7));
  EXPECT_EQ(status("first-secret", kNow + Seconds(60)), KeyStatus::kExpired);
  EXPECT_EQ(status("second-secret", kNow + Seconds(60)), KeyStatus::kValid);
  key.retired.reset();
  table_->put(key, QuotaId(), true);
  EXPECT_EQ(status("first-secret"), KeyStatus::kUnknown);
  EXPECT_TRUE(table_->take_ended_rotations().empty());
}

TEST_F(KeyTableTest, ARetiredSecretNeverOutlivesItsKey) {
  ApiKey key = make_key(3, "first-secret");
  key.expires_at = kNow + Seconds(10);
  rotate(key, "second-secret", kNow + Seconds(60), false);
  EXPECT_EQ(status("first-secret", kNow + Seconds(10)), KeyStatus::kExpired);
  key.expires_at.reset();
  key.is_active = false;
  table_->put(key, QuotaId(), true);
  EXPECT_EQ(status("first-secret"), KeyStatus::kInactive);
}

TEST_F(KeyTableTest, TheFirstUseOfTheNewSecretEndsTheRetiredOne) {
  ApiKey key = make_key(3, "first-secret");
  table_->put(key, QuotaId(), true);
  rotate(key, "second-secret", kNow + Seconds(60), true);
  EXPECT_EQ(status("first-secret"), KeyStatus::kValid);
  EXPECT_TRUE(table_->take_ended_rotations().empty());
  EXPECT_EQ(status("second-secret"), KeyStatus::kValid);
  EXPECT_EQ(status("first-secret"), KeyStatus::kExpired);
  EXPECT_EQ(status("second-secret"), KeyStatus::kValid);
  EXPECT_EQ(table_->take_ended_rotations(), std::vector<KeyId>{KeyId(3)});
  EXPECT_TRUE(table_->take_ended_rotations().empty());
}

TEST_F(KeyTableTest, AnEndedRotationStaysEndedThroughOtherChanges) {
  ApiKey key = make_key(3, "first-secret");
  rotate(key, "second-secret", kNow + Seconds(60), true);
  EXPECT_EQ(status("second-secret"), KeyStatus::kValid);
  key.name = "renamed before the store heard of it";
  table_->put(key, QuotaId(), true);
  EXPECT_EQ(status("first-secret"), KeyStatus::kExpired);
  EXPECT_EQ(table_->take_ended_rotations(), std::vector<KeyId>{KeyId(3)});
  rotate(key, "third-secret", kNow + Seconds(60), true);
  EXPECT_EQ(status("first-secret"), KeyStatus::kUnknown);
  EXPECT_EQ(status("second-secret"), KeyStatus::kValid);
}

TEST_F(KeyTableTest, AnInactiveKeysNewSecretEndsNoRotation) {
  ApiKey key = make_key(3, "first-secret");
  key.is_active = false;
  rotate(key, "second-secret", kNow + Seconds(60), true);
  EXPECT_EQ(status("second-secret"), KeyStatus::kInactive);
  key.is_active = true;
  table_->put(key, QuotaId(), true);
  EXPECT_EQ(status("first-secret"), KeyStatus::kValid);
}

TEST_F(KeyTableTest, RestrictionsComeWithTheKeyAndGoWithThem) {
  ApiKey key = make_key(1, "first-secret");
  key.allowed_routes = {"/v1"};
  key.allowed_networks = {IpNetwork::parse("10.0.0.0/8").value()};
  table_->put(key, QuotaId(), true);
  const KeyMatch match = table_->find("first-secret", kNow);
  ASSERT_NE(match.restrictions, nullptr);
  EXPECT_TRUE(match.restrictions->allow("/v1/x", IpAddress::parse("10.1.2.3").value()));
  EXPECT_FALSE(match.restrictions->allow("/v1/x", IpAddress::parse("11.1.2.3").value()));
  key.allowed_routes.clear();
  key.allowed_networks.clear();
  table_->put(key, QuotaId(), true);
  EXPECT_EQ(table_->find("first-secret", kNow).restrictions, nullptr);
}

TEST(KeyRestrictions, PrefixesMatchWholeSegments) {
  const KeyRestrictions routes{{"/v1", "/reports/"}, {}};
  const IpAddress anywhere{};
  EXPECT_TRUE(routes.allow("/v1", anywhere));
  EXPECT_TRUE(routes.allow("/v1/x", anywhere));
  EXPECT_FALSE(routes.allow("/v10", anywhere));
  EXPECT_FALSE(routes.allow("/", anywhere));
  EXPECT_TRUE(routes.allow("/reports/today", anywhere));
  EXPECT_TRUE((KeyRestrictions{{"/"}, {}}).allow("/anything", anywhere));
}

TEST_F(KeyTableTest, OfTwoKeysWithOneSecretTheLaterHasIt) {
  table_->put(make_key(1, "first-secret"), QuotaId(), true);
  table_->put(make_key(2, "first-secret"), QuotaId(), true);
  EXPECT_EQ(table_->find("first-secret", kNow).id, KeyId(2));
  EXPECT_EQ(table_->size(), 1U);
  table_->erase(KeyId(1));
  EXPECT_EQ(table_->find("first-secret", kNow).id, KeyId(2));
}

TEST_F(KeyTableTest, AnIdBeyondTheBoundIsLeftOut) {
  table_->put(make_key(kKeyIdMax + 1, "first-secret"), QuotaId(), true);
  EXPECT_EQ(status("first-secret"), KeyStatus::kUnknown);
  EXPECT_EQ(table_->size(), 0U);
}

TEST_F(KeyTableTest, KeepsAllOfManyKeysWhileItGrowsAndShrinks) {
  constexpr std::uint32_t kKeys = 20'000;
  const auto secret = [](std::uint32_t id) { return "secret-number-" + std::to_string(id); };
  for (std::uint32_t id = 1; id <= kKeys; ++id) {
    table_->put(make_key(id, secret(id)), QuotaId(), true);
    ASSERT_EQ(table_->find(secret(id / 2 + 1), kNow).id, KeyId(id / 2 + 1));
  }
  for (std::uint32_t id = 1; id <= kKeys; id += 2) table_->erase(KeyId(id));
  EXPECT_EQ(table_->size(), kKeys / 2);
  for (std::uint32_t id = 1; id <= kKeys; ++id) {
    const KeyMatch match = table_->find(secret(id), kNow);
    ASSERT_EQ(match.status, id % 2 == 1 ? KeyStatus::kUnknown : KeyStatus::kValid) << id;
    ASSERT_EQ(match.id, KeyId(id % 2 == 1 ? 0 : id));
  }
}

/// Records are used again all the time; a reader must never get one key for another's secret.
TEST(KeyTableThreads, ReadersNeverMixKeysUpWhileTheyChange) {
  constexpr std::uint32_t kKeys = 64;
  const auto table = KeyTable::create(kPepper);
  std::vector<ApiKey> keys;
  std::vector<std::string> secrets;
  for (std::uint32_t id = 0; id <= kKeys; ++id) {
    secrets.push_back("secret-number-" + std::to_string(id));
    keys.push_back(make_key(id, secrets.back()));
    keys.back().allowed_routes = {"/" + std::to_string(id)};
  }
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> readers;
  for (std::uint32_t r = 0; r < 2; ++r) {
    readers.emplace_back([&, r] {
      for (std::uint32_t i = r; !stop.load(std::memory_order_relaxed); ++i) {
        const std::uint32_t id = i % kKeys + 1;
        const EpochGuard guard;
        const KeyMatch match = table->find(secrets[id], kNow);
        if (match.status == KeyStatus::kUnknown) continue;
        if (match.id != KeyId(id) || match.user != UserId(id + 1000) || match.quota != QuotaId(id))
          wrong.fetch_add(1);
        if (match.restrictions == nullptr || match.restrictions->routes[0] != keys[id].allowed_routes[0])
          wrong.fetch_add(1);
      }
    });
  }
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const std::uint32_t id = i * 7 % kKeys + 1;
    if (i % 3 == 0) table->erase(KeyId(id));
    table->put(keys[id], QuotaId(id), true);
  }
  stop = true;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(table->size(), kKeys);
}

}  // namespace
}  // namespace weir
