#include "model/request_id.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Uuid, VersionSevenCarriesTheTimeVersionAndVariant) {
  const auto uuid = make_uuid_v7(0x0123456789AB, ~0ULL, ~0ULL);
  EXPECT_EQ(uuid.to_string(), "01234567-89ab-7fff-bfff-ffffffffffff");
}

TEST(Uuid, ReadsExactlyWhatItWrites) {
  const std::string text = "01234567-89ab-7cde-8f01-23456789abcd";
  EXPECT_EQ(Uuid::parse(text).value().to_string(), text);
  EXPECT_FALSE(Uuid::parse("01234567-89AB-7cde-8f01-23456789abcd"));
  EXPECT_FALSE(Uuid::parse("0123456789ab-7cde-8f01-23456789abcd-"));
  EXPECT_FALSE(Uuid::parse(""));
}

TEST(RequestId, OnlyHarmlessCharactersAreSane) {
  EXPECT_TRUE(is_sane_request_id("req-1"));
  EXPECT_TRUE(is_sane_request_id("01H:a/b+c=@~.-"));
  EXPECT_FALSE(is_sane_request_id(""));
  EXPECT_FALSE(is_sane_request_id("a b"));
  EXPECT_FALSE(is_sane_request_id("a\"b"));
  EXPECT_FALSE(is_sane_request_id(std::string(kRequestIdMax + 1, 'a')));
}

}  // namespace
}  // namespace weir
