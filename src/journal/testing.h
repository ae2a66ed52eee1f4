// For this folder's tests: records to write, a folder of one's own, copies of folders.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/temporary_folder.h"
#include "journal/journal.h"
#include "journal/segment.h"

namespace weir::journal {

/// A folder that lives as long as the test.
class TestFolder {
 public:
  [[nodiscard]] std::filesystem::path journal() const { return folder_.path() / "0"; }
  /// What a kill at this moment leaves behind, as a folder of its own.
  [[nodiscard]] std::filesystem::path copy(const std::string& name) const {
    const auto to = folder_.path() / name;
    std::filesystem::remove_all(to);
    std::filesystem::copy(journal(), to, std::filesystem::copy_options::recursive);
    return to;
  }

 private:
  TemporaryFolder folder_;
};

/// Record number `n`: every field depends on it, so that a mix-up shows.
class NumberedRecord {
 public:
  explicit NumberedRecord(std::uint64_t n, std::size_t path_size = 30)
      : path_("/v1/" + std::to_string(n) + "/") {
    if (path_.size() < path_size) path_.resize(path_size, static_cast<char>('a' + n % 26));
    record.at = UtcTime(Micros(1'700'000'000'000'000 + static_cast<std::int64_t>(n)));
    record.key = KeyId(static_cast<std::uint32_t>(n));
    record.user = UserId(static_cast<std::uint32_t>(n * 7));
    record.method = n % 5 == 0 ? Method::kOther : Method::kGet;
    if (n % 5 == 0) record.method_text = "PROPFIND";
    record.outcome = static_cast<Outcome>(n % kOutcomeCount);
    record.status = static_cast<std::uint16_t>(200 + n % 300);
    record.refused_window = n % 3 == 0 ? static_cast<std::uint8_t>(n % 7) : kNoWindow;
    record.shadow_limited = n % 2 == 0;
    record.response_time = Micros(n * 3);
    record.upstream_time = Micros(n * 2);
    record.bytes_in = n << 33U;
    record.bytes_out = n * 11;
    record.source = IpAddress::v4(static_cast<std::uint32_t>(n));
    record.request_id = make_uuid_v7(n, n * 31, n * 37);
    if (n % 4 == 0) record.request_id_text = "client-id";
    record.path = path_;
  }
  NumberedRecord(const NumberedRecord&) = delete;
  NumberedRecord& operator=(const NumberedRecord&) = delete;

  UsageRecord record;

 private:
  std::string path_;
};

inline void expect_same(const UsageRecord& a, const UsageRecord& b) {
  EXPECT_EQ(a.at, b.at);
  EXPECT_EQ(a.key, b.key);
  EXPECT_EQ(a.user, b.user);
  EXPECT_EQ(a.method, b.method);
  EXPECT_EQ(a.outcome, b.outcome);
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.refused_window, b.refused_window);
  EXPECT_EQ(a.shadow_limited, b.shadow_limited);
  EXPECT_EQ(a.response_time, b.response_time);
  EXPECT_EQ(a.upstream_time, b.upstream_time);
  EXPECT_EQ(a.bytes_in, b.bytes_in);
  EXPECT_EQ(a.bytes_out, b.bytes_out);
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.request_id, b.request_id);
  EXPECT_EQ(a.request_id_text, b.request_id_text);
  EXPECT_EQ(a.method_text, b.method_text);
  EXPECT_EQ(a.path, b.path);
}

inline std::unique_ptr<Journal> open_journal(const std::filesystem::path& folder, std::uint64_t stored = 0,
                                             std::uint64_t segment_bytes = 64 * 1024,
                                             std::uint64_t max_bytes = 64 * 64 * 1024) {
  auto opened =
      Journal::open({.folder = folder, .segment_bytes = segment_bytes, .max_bytes = max_bytes}, {stored});
  EXPECT_TRUE(opened.has_value()) << (opened ? "" : opened.error().detail);
  return opened ? std::move(*opened) : nullptr;
}

/// Everything there is to read, as record numbers (their keys).
inline std::vector<std::uint32_t> read_numbers(Journal& journal) {
  std::vector<std::uint32_t> numbers;
  std::vector<JournalEntry> entries;
  do {
    EXPECT_TRUE(journal.read(entries, 100).has_value());
    for (const auto& entry : entries) {
      expect_same(entry.record, NumberedRecord(entry.record.key.value(), entry.record.path.size()).record);
      numbers.push_back(entry.record.key.value());
    }
  } while (!entries.empty());
  return numbers;
}

inline std::vector<std::uint32_t> numbers(std::uint32_t first, std::uint32_t end) {
  std::vector<std::uint32_t> all;
  for (std::uint32_t n = first; n < end; ++n) all.push_back(n);
  return all;
}

inline std::vector<std::filesystem::path> segment_paths(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  const auto files = list_segments(folder);
  EXPECT_TRUE(files.has_value());
  if (files) {
    for (const auto& file : *files) paths.push_back(file.path(folder));
  }
  return paths;
}

inline std::string load(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void store(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace weir::journal
