#include "admin/admin_fixture.h"

namespace weir::test {
namespace {

class KeyRotation : public AdminTest {
 protected:
  std::string rotate(std::uint32_t id, const std::string& body = "") {
    const auto reply = call("POST", key_path(id, "/rotate"), body);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return std::string(reply.json.at("key").as_string());
  }
};

TEST_F(KeyRotation, BothSecretsWorkUntilTheGraceEndsAndTheIdStays) {
  const auto key = make_key();
  const auto second = rotate(key.id, R"({"grace_seconds":60})");
  EXPECT_NE(second, key.secret);
  EXPECT_EQ(find(key.secret).id, KeyId(key.id));
  EXPECT_EQ(find(second).id, KeyId(key.id));
  clock_.advance(Seconds{60});
  EXPECT_NE(status_of(key.secret), KeyStatus::kValid);
  EXPECT_EQ(status_of(second), KeyStatus::kValid);
}

TEST_F(KeyRotation, TheGraceIsADayUnlessSaid) {
  const auto key = make_key();
  const auto reply = call("POST", key_path(key.id, "/rotate"));
  EXPECT_EQ(reply.json.at("rotation").at("ends_at"), "2026-11-24T00:00:00.000000Z");
  EXPECT_EQ(reply.json.at("rotation").at("ends_on_first_use"), false);
}

TEST_F(KeyRotation, AnOldSecretNeverOutlivesItsOwnExpiry) {
  const auto key = make_key(R"(,"expires_in_seconds":30)");
  const auto reply = call("POST", key_path(key.id, "/rotate"), R"({"grace_seconds":60})");
  EXPECT_EQ(reply.json.at("rotation").at("ends_at"), "2026-11-23T00:00:30.000000Z");
}

TEST_F(KeyRotation, WithoutGraceTheOldSecretEndsAtOnce) {
  const auto key = make_key();
  const auto second = rotate(key.id, R"({"grace_seconds":0})");
  EXPECT_EQ(status_of(key.secret), KeyStatus::kUnknown);
  EXPECT_EQ(status_of(second), KeyStatus::kValid);
  EXPECT_TRUE(call("GET", key_path(key.id)).json.at("rotation").is_null());
}

TEST_F(KeyRotation, EndsOnTheFirstUseOfTheNewSecretAlsoAcrossARestart) {
  const auto key = make_key();
  const auto second = rotate(key.id, R"({"end_on_first_use":true})");
  EXPECT_EQ(status_of(key.secret), KeyStatus::kValid);
  EXPECT_EQ(status_of(second), KeyStatus::kValid);
  EXPECT_NE(status_of(key.secret), KeyStatus::kValid);
  admin_->tick();
  EXPECT_TRUE(call("GET", key_path(key.id)).json.at("rotation").is_null());
  restart();
  EXPECT_NE(status_of(key.secret), KeyStatus::kValid);
  EXPECT_EQ(status_of(second), KeyStatus::kValid);
}

TEST_F(KeyRotation, AChangeBeforeTheTickDoesNotReviveTheOldSecret) {
  const auto key = make_key();
  const auto second = rotate(key.id, R"({"end_on_first_use":true})");
  EXPECT_EQ(status_of(second), KeyStatus::kValid);
  EXPECT_EQ(call("PATCH", key_path(key.id), R"({"name":"other"})").status, 200);
  EXPECT_NE(status_of(key.secret), KeyStatus::kValid);
}

TEST_F(KeyRotation, AnEndOfTheLastRotationIsNotTakenForOneOfTheNext) {
  const auto key = make_key();
  const auto second = rotate(key.id, R"({"end_on_first_use":true})");
  EXPECT_EQ(status_of(second), KeyStatus::kValid);
  const auto third = rotate(key.id, R"({"end_on_first_use":true})");
  admin_->tick();
  restart();
  EXPECT_EQ(status_of(second), KeyStatus::kValid);
  EXPECT_EQ(status_of(third), KeyStatus::kValid);
}

TEST_F(KeyRotation, ASecondRotationEndsTheSecretRetiredByTheFirst) {
  const auto key = make_key();
  const auto second = rotate(key.id);
  const auto third = rotate(key.id);
  EXPECT_EQ(status_of(key.secret), KeyStatus::kUnknown);
  EXPECT_EQ(status_of(second), KeyStatus::kValid);
  EXPECT_EQ(status_of(third), KeyStatus::kValid);
}

TEST_F(KeyRotation, AnExpiredKeyIsNotRotated) {
  const auto key = make_key(R"(,"expires_in_seconds":30)");
  clock_.advance(Seconds{30});
  const auto reply = call("POST", key_path(key.id, "/rotate"));
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.detail(), "key 1 expired at 2026-11-23T00:00:30.000000Z: give it a later expires_at first");
}

TEST_F(KeyRotation, WrongInputNamesFieldBoundAndValue) {
  const auto key = make_key();
  EXPECT_EQ(call("POST", key_path(key.id, "/rotate"), R"({"grace_seconds":-1})").detail(),
            "grace_seconds: must be a whole number from 0 to 31622400, but is -1");
  EXPECT_EQ(call("POST", key_path(key.id, "/rotate"), R"({"grace":1})").detail(),
            "grace: is not a known field; known are grace_seconds, end_on_first_use");
  EXPECT_EQ(call("POST", key_path(99, "/rotate")).status, 404);
  EXPECT_EQ(status_of(key.secret), KeyStatus::kValid);
}

}  // namespace
}  // namespace weir::test
