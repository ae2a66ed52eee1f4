#include "notify/blotted.h"

#include <gmock/gmock.h>

namespace weir {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr const char* kUrl = "https://hooks.example.com/services/T0000000/b?token=x1234567&v=2";

TEST(Blotted, AUrlsPathQueryAndLongPartsAreSecret) {
  EXPECT_THAT(secrets_of_url(kUrl),
              UnorderedElementsAre("/services/T0000000/b?token=x1234567&v=2", "/services/T0000000/b",
                                   "services", "T0000000", "x1234567"));
  EXPECT_THAT(secrets_of_url("https://example.com"), IsEmpty());
  EXPECT_THAT(secrets_of_url("https://example.com/"), IsEmpty());
  EXPECT_THAT(secrets_of_url("https://example.com/h#part"), UnorderedElementsAre("/h"));
}

TEST(Blotted, WhateverTheAnswerRepeatsOfThem) {
  const auto of = [](const char* text) { return blotted(text, secrets_of_url(kUrl), false); };
  EXPECT_EQ(of("Cannot POST /services/T0000000/b?token=x1234567&v=2."), "Cannot POST ***.");
  EXPECT_EQ(of("Cannot POST /services/T0000000/b"), "Cannot POST ***");
  EXPECT_EQ(of("no team T0000000, no token x1234567"), "no team ***, no token ***");
  EXPECT_EQ(of("ok"), "ok");
}

TEST(Blotted, TheBeginningOfOneAtTheEndOfAnAnswerThatIsCut) {
  EXPECT_EQ(blotted("token: secr", {"secret-of-a-test"}, true), "token: ***");
  EXPECT_EQ(blotted("token: secr", {"secret-of-a-test"}, false), "token: secr");
  EXPECT_EQ(blotted("a sec", {"secret-of-a-test"}, true), "a sec");
}

TEST(Blotted, ASecretMayBeTheMarkItself) {
  EXPECT_EQ(blotted("a *** b", {"*"}, false), "a ********* b");
}

}  // namespace
}  // namespace weir
