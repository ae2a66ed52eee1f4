#include "app/table.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Table, AlignsItsColumns) {
  Table table({{"ID", Align::kRight}, {"NAME"}, {"CALLS", Align::kRight}});
  table.add({"7", "shop", "1200"});
  table.add({"12", "warehouse", "3"});
  EXPECT_EQ(table.render(0),
            "ID  NAME       CALLS\n"
            " 7  shop        1200\n"
            "12  warehouse      3\n");
}

TEST(Table, CutsTheWidestColumnThatMayBeCut) {
  Table table({{"ID"}, {"NAME", Align::kLeft, 5}, {"PATH", Align::kLeft, 5}});
  table.add({"1", "abcdefgh", "/a/very/long/path"});
  EXPECT_EQ(table.render(22),
            "ID  NAME      PATH\n"
            "1   abcdefgh  /a/very…\n");
}

TEST(Table, NeverCutsWhatMayNotBeCut) {
  Table table({{"ID"}});
  table.add({"1234567890"});
  EXPECT_EQ(table.render(4), "ID\n1234567890\n");
}

TEST(Table, CountsCharactersNotBytes) {
  Table table({{"NAME"}, {"X"}});
  table.add({"Zoë", "1"});
  table.add({"Anna", "2"});
  EXPECT_EQ(table.render(0), "NAME  X\nZoë   1\nAnna  2\n");
}

TEST(Table, ShowsControlCharactersHarmlessly) {
  EXPECT_EQ(printable("a\x1b[31mb\nc\xC2\x9B"), "a?[31mb?c?");
}

TEST(Table, CutsBetweenCharacters) {
  EXPECT_EQ(printable("Zoëlle", 4), "Zoë…");
}

}  // namespace
}  // namespace weir
