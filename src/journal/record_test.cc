#include "journal/record.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "journal/scan.h"
#include "journal/testing.h"

namespace weir::journal {
namespace {

std::vector<std::byte> encoded(const UsageRecord& record, JournalPosition at) {
  std::vector<std::byte> bytes(record_size(record), std::byte{0xEE});
  encode_record(record, at, bytes.data(), bytes.size());
  return bytes;
}

TEST(JournalRecord, GivesBackEveryField) {
  for (std::uint64_t n = 0; n < 200; ++n) {
    const NumberedRecord numbered(n, n);
    const auto bytes = encoded(numbered.record, {n * 8});
    const Decoded decoded = decode_record(bytes, {n * 8});
    ASSERT_EQ(decoded.found, Found::kRecord);
    EXPECT_EQ(decoded.size, bytes.size());
    expect_same(decoded.record, numbered.record);
  }
}

TEST(JournalRecord, KeepsExtremeValues) {
  UsageRecord record;
  record.at = UtcTime(Micros(INT64_MIN));
  record.response_time = Micros(INT64_MAX);
  record.bytes_out = UINT64_MAX;
  record.key = KeyId(UINT32_MAX);
  record.status = UINT16_MAX;
  const std::string path(kPathMax, 'p');
  const std::string id(kRequestIdMax, 'i');
  const std::string method(kMethodTextMax, 'M');
  record.path = path;
  record.request_id_text = id;
  record.method_text = method;
  const auto bytes = encoded(record, {UINT64_MAX - 7});
  EXPECT_EQ(bytes.size(), kRecordMax);
  const Decoded decoded = decode_record(bytes, {UINT64_MAX - 7});
  ASSERT_EQ(decoded.found, Found::kRecord);
  expect_same(decoded.record, record);
}

TEST(JournalRecord, CutsTextsThatAreTooLong) {
  UsageRecord record;
  const std::string path(kPathMax + 100, 'p');
  record.path = path;
  const auto bytes = encoded(record, {0});
  EXPECT_EQ(decode_record(bytes, {0}).record.path.size(), kPathMax);
}

TEST(JournalRecord, VerifiesAtItsOwnPositionOnly) {
  const auto bytes = encoded(NumberedRecord(1).record, {4096});
  EXPECT_EQ(decode_record(bytes, {4096}).found, Found::kRecord);
  for (std::uint64_t at = 0; at < 1 << 20; at += 8) {
    if (at == 4096) continue;
    ASSERT_EQ(probe_record(bytes, {at}).found, Found::kNothing) << at;
  }
  EXPECT_EQ(probe_record(bytes, {4096 + (1ULL << 32)}).found, Found::kNothing);
}

TEST(JournalRecord, DetectsEveryFlippedBit) {
  const auto whole = encoded(NumberedRecord(5).record, {64});
  for (std::size_t byte = 0; byte < whole.size(); ++byte) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      auto bytes = whole;
      bytes[byte] ^= static_cast<std::byte>(1U << bit);
      ASSERT_EQ(probe_record(bytes, {64}).found, Found::kNothing) << byte << '.' << bit;
    }
  }
}

TEST(JournalRecord, IsNotReadBeyondWhatIsThere) {
  const auto whole = encoded(NumberedRecord(5).record, {64});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    ASSERT_EQ(probe_record(cut, {64}).found, Found::kNothing) << size;
  }
}

TEST(JournalRecord, AnEndMarkIsNoRecordAndBoundToItsPosition) {
  std::array<std::byte, kEndMarkBytes> mark{};
  encode_end_mark({800}, mark.data());
  EXPECT_EQ(probe_record(mark, {800}).found, Found::kEndMark);
  EXPECT_EQ(probe_record(mark, {808}).found, Found::kNothing);
  EXPECT_EQ(probe_record(std::span(mark).first(7), {800}).found, Found::kNothing);
}

TEST(JournalScan, FindsTheNextRecordBehindDamage) {
  std::vector<std::byte> bytes(4096);
  const NumberedRecord first(1);
  const NumberedRecord second(2);
  const std::size_t size = record_size(first.record);
  encode_record(first.record, {1000}, bytes.data(), size);
  encode_record(second.record, {1000 + size}, bytes.data() + size, record_size(second.record));
  bytes[40] ^= std::byte{1};
  EXPECT_EQ(find_verified(bytes, {1000}, 0), size);
  EXPECT_EQ(find_verified(bytes, {1000}, size + 8), std::nullopt);
  const SegmentContent content = scan_segment(bytes, {1000});
  EXPECT_EQ(content.used_bytes, size + record_size(second.record));
  EXPECT_EQ(content.torn_bytes, 0U);
}

TEST(JournalScan, TellsHowMuchOfARecordIsTorn) {
  std::vector<std::byte> bytes(4096);
  const NumberedRecord record(1, 30);
  encode_record(record.record, {0}, bytes.data(), record_size(record.record));
  std::fill(bytes.begin() + 100, bytes.end(), std::byte{0});
  const SegmentContent content = scan_segment(bytes, {0});
  EXPECT_EQ(content.used_bytes, 0U);
  EXPECT_EQ(content.torn_bytes, 100U);
}

}  // namespace
}  // namespace weir::journal
