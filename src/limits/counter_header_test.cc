#include "limits/counter_header.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

std::vector<LimitWindow> windows(std::initializer_list<const char*> names) {
  std::vector<LimitWindow> result;
  for (const char* name : names) result.push_back({name, 60, 1});
  return result;
}

std::string_view view(const std::array<char, kCounterHeaderBytes>& bytes) {
  return {bytes.data(), bytes.size()};
}

TEST(CounterHeader, ReadsWhatItWrote) {
  CounterHeader header;
  header.sequence = 42;
  header.opens = 7;
  header.anchor.boot_id[0] = 'b';
  header.anchor.offset_ns = -5;
  header.columns[6] = {"a2345678901234567890123456789_12", 200};
  const auto read = decode_counter_header(view(encode(header))).value();
  EXPECT_EQ(read.sequence, 42U);
  EXPECT_EQ(read.opens, 7U);
  EXPECT_EQ(read.anchor.boot_id, header.anchor.boot_id);
  EXPECT_EQ(read.anchor.offset_ns, -5);
  EXPECT_EQ(read.columns[6].name, header.columns[6].name);
  EXPECT_EQ(read.columns[6].tenant, 200);
}

TEST(CounterHeader, NoticesEveryChangedByte) {
  const auto whole = encode(CounterHeader{});
  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x40);
    EXPECT_FALSE(decode_counter_header(view(damaged))) << i;
  }
}

TEST(CounterHeader, NamesTheVersionItCannotRead) {
  auto newer = encode(CounterHeader{});
  newer[8] = 9;
  const auto read = decode_counter_header(view(newer));
  EXPECT_EQ(read.error().code, ErrorCode::kConflict);
  EXPECT_NE(read.error().detail.find("format 9, this one reads up to 1"), std::string::npos);
}

TEST(CounterHeader, AWindowKeepsItsColumnInAnyOrder) {
  CounterHeader header;
  const auto first = header.assign(windows({"minute", "hour", "day"}), {});
  const auto second = header.assign(windows({"day", "week", "minute"}), windows({"minute", "hour", "day"}));
  EXPECT_EQ(second[0], first[2]);
  EXPECT_EQ(second[2], first[0]);
  EXPECT_NE(second[1], first[1]);
  const auto third = header.assign(windows({"hour"}), {});
  EXPECT_EQ(third[0], first[1]);
}

TEST(CounterHeader, ANewWindowTakesWhatIsNeededLeast) {
  CounterHeader header;
  (void)header.assign(windows({"a", "b", "c", "d", "e", "f"}), {});
  // Never used first, then one that is configured neither now nor before, then any not configured now.
  EXPECT_EQ(header.assign(windows({"g"}), windows({"a", "b", "c", "d", "e", "f"}))[0], 6);
  EXPECT_EQ(header.assign(windows({"a", "h"}), windows({"a", "b"}))[1], 2);
  EXPECT_EQ(header.columns[2].tenant, 2);
  EXPECT_EQ(header.assign(windows({"i"}), windows({"a", "b", "h", "d", "e", "f", "g"}))[0], 0);
  EXPECT_EQ(header.columns[0].name, "i");
  EXPECT_EQ(header.columns[0].tenant, 2);
}

TEST(CounterHeader, TenantsAreNeverZero) {
  CounterHeader header;
  header.columns[0] = {"old", 255};
  for (std::size_t i = 1; i < kWindowsMax; ++i)
    header.columns[i] = {std::string(1, static_cast<char>('a' + i)), 1};
  (void)header.assign(windows({"new"}), {});
  EXPECT_EQ(header.columns[0].tenant, 1);
}

}  // namespace
}  // namespace weir
