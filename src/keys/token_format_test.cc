#include "keys/token_format.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(TokenFormat, ANewTokenIsRecognisableAndNeverTheSame) {
  const auto token = generate_token();
  ASSERT_TRUE(token);
  EXPECT_TRUE(token->starts_with("weiradm_"));
  EXPECT_EQ(token->size(), 57U);
  EXPECT_TRUE(is_token_shaped(*token));
  EXPECT_NE(*token, *generate_token());
}

TEST(TokenFormat, EveryTypingErrorIsSeen) {
  const std::string token = *generate_token();
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string wrong = token;
    wrong[i] = wrong[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(is_token_shaped(wrong)) << i;
  }
  EXPECT_FALSE(is_token_shaped(token.substr(1)));
  EXPECT_FALSE(is_token_shaped(token + "0"));
  EXPECT_FALSE(is_token_shaped(""));
}

TEST(TokenFormat, TheDisplayFormShowsHowItBegins) {
  const std::string token = *generate_token();
  EXPECT_EQ(token_display_form(token), token.substr(0, 12) + "…");
}

}  // namespace
}  // namespace weir
