#include "base/html_escape.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(HtmlEscape, EscapesWhatIsMarkup) {
  EXPECT_EQ(html_escaped("<b a=\"x\" c='y'>&"), "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;");
}

TEST(HtmlEscape, ControlCharactersAreBlanks) {
  EXPECT_EQ(html_escaped(std::string_view("a\0b\n\x7F", 5)), "a b  ");
}

TEST(HtmlEscape, LeavesOtherBytesAlone) {
  EXPECT_EQ(html_escaped("\xC3\xA4\xFF"), "\xC3\xA4\xFF");
}

}  // namespace
}  // namespace weir
