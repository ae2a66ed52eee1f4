#include "journal/segment.h"

#include <bit>
#include <cstring>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/breath.h"
#include "base/crc32c.h"
#include "journal/testing.h"

namespace weir::journal {
namespace {

TEST(JournalSegment, NamesReadBackAndSortByPosition) {
  for (const std::uint64_t base : {0ULL, 4'194'240ULL, ~0ULL}) {
    EXPECT_EQ(parse_segment_name(segment_name({base})), JournalPosition{base});
  }
  EXPECT_LT(segment_name({99}), segment_name({100}));
  for (const char* name : {"", "1.segment", "0000000000000000000x.segment", "99999999999999999999.segment",
                           "00000000000000000001.segment~", "+0000000000000000001.segment"}) {
    EXPECT_EQ(parse_segment_name(name), std::nullopt) << name;
  }
}

TEST(JournalSegment, HeaderDetectsEveryFlippedBit) {
  const SegmentHeader header = make_segment_header({4096}, 65536);
  auto bytes = std::bit_cast<std::array<std::byte, kSegmentHeaderBytes>>(header);
  ASSERT_TRUE(parse_segment_header(bytes));
  for (auto& byte : bytes) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      byte ^= static_cast<std::byte>(1U << bit);
      EXPECT_FALSE(parse_segment_header(bytes));
      byte ^= static_cast<std::byte>(1U << bit);
    }
  }
  EXPECT_FALSE(parse_segment_header(std::span(bytes).first(63)));
}

TEST(JournalSegment, IsNeverSparse) {
  const TestFolder folder;
  std::filesystem::create_directories(folder.journal());
  for (const Fill fill : {Fill::kHeaderOnly, Fill::kWhole}) {
    const auto made = make_segment(folder.journal(), {0}, 1 << 20, std::nullopt, fill);
    ASSERT_TRUE(made.has_value());
    struct stat status {};
    ASSERT_EQ(::stat(made->file.path(folder.journal()).c_str(), &status), 0);
    EXPECT_EQ(status.st_size, 1 << 20);
    EXPECT_GE(status.st_blocks * 512, 1 << 20);
  }
}

TEST(JournalSegment, FillingBreathesInBetween) {
  const TestFolder folder;
  std::filesystem::create_directories(folder.journal());
  int breaths = 0;
  const Breath count = [&breaths] { ++breaths; };
  const BreathScope breathing(count);
  ASSERT_TRUE(make_segment(folder.journal(), {0}, 1 << 20, std::nullopt, Fill::kHeaderOnly).has_value());
  EXPECT_EQ(breaths, 0);
  ASSERT_TRUE(make_segment(folder.journal(), {1 << 20}, 1 << 20, std::nullopt, Fill::kWhole).has_value());
  EXPECT_EQ(breaths, 16);
}

TEST(JournalSegment, ASpareTakesTheNewNameAndHeader) {
  const TestFolder folder;
  std::filesystem::create_directories(folder.journal());
  SegmentFile spare;
  {
    const auto made = make_segment(folder.journal(), {0}, 65536, std::nullopt, Fill::kWhole);
    ASSERT_TRUE(made.has_value());
    spare = made->file;
  }
  ASSERT_TRUE(make_segment(folder.journal(), {70000}, 65536, spare, Fill::kHeaderOnly).has_value());
  const auto files = list_segments(folder.journal());
  ASSERT_TRUE(files.has_value());
  ASSERT_EQ(files->size(), 1U);
  EXPECT_EQ(files->front().base, JournalPosition{70000});
  EXPECT_TRUE(files->front().header_ok);
}

TEST(JournalSegment, ANewerFormatIsRefusedNamingBothVersions) {
  const TestFolder folder;
  std::filesystem::create_directories(folder.journal());
  SegmentHeader header = make_segment_header({0}, 65536);
  header.version = 7;
  header.crc = 0;
  header.crc = crc32c(&header, sizeof header);
  std::string bytes(65536, '\0');
  std::memcpy(bytes.data(), &header, sizeof header);
  store(folder.journal() / segment_name({0}), bytes);
  const auto files = list_segments(folder.journal());
  ASSERT_FALSE(files.has_value());
  EXPECT_EQ(files.error().code, ErrorCode::kConflict);
  EXPECT_NE(files.error().detail.find("format 7"), std::string::npos);
  EXPECT_NE(files.error().detail.find("up to 1"), std::string::npos);
  EXPECT_EQ(Journal::open({.folder = folder.journal()}, {}).error().code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace weir::journal
