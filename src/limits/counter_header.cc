#include "limits/counter_header.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include <fmt/format.h>

#include "base/crc32c.h"

namespace weir {
namespace {

constexpr std::array<char, 8> kMagic = {'w', 'e', 'i', 'r', 'l', 'i', 'm', '\n'};

struct DiskColumn {
  std::array<char, 32> name;
  std::uint8_t name_length;
  std::uint8_t tenant;
  std::array<std::uint8_t, 2> zero;
};

/// Little-endian, as every processor weir runs on.
struct DiskHeader {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t crc;  // CRC-32C of all of it, with this field 0
  std::uint64_t sequence;
  std::uint32_t opens;
  BootId boot_id;
  std::int64_t offset_ns;
  std::array<DiskColumn, kWindowsMax> columns;
  std::array<std::uint8_t, 188> zero;
};
static_assert(sizeof(DiskHeader) == kCounterHeaderBytes && std::is_trivially_copyable_v<DiskHeader>);

std::uint32_t crc_of(DiskHeader disk) {
  disk.crc = 0;
  return crc32c(&disk, sizeof disk);
}

bool is_named(const std::vector<LimitWindow>& windows, const std::string& name) {
  return std::any_of(windows.begin(), windows.end(),
                     [&](const LimitWindow& window) { return window.name == name; });
}

}  // namespace

WindowColumns CounterHeader::assign(const std::vector<LimitWindow>& windows,
                                    const std::vector<LimitWindow>& avoid) {
  const auto find = [&](auto&& matches) { return std::find_if(columns.begin(), columns.end(), matches); };
  WindowColumns assigned{};
  for (std::size_t i = 0; i < windows.size() && i < assigned.size(); ++i) {
    const std::string& name = windows[i].name;
    auto column = find([&](const CounterColumn& c) { return c.name == name; });
    if (column == columns.end()) {
      column = find([](const CounterColumn& c) { return c.name.empty(); });
      if (column == columns.end()) {
        column = find(
            [&](const CounterColumn& c) { return !is_named(windows, c.name) && !is_named(avoid, c.name); });
      }
      if (column == columns.end())
        column = find([&](const CounterColumn& c) { return !is_named(windows, c.name); });
      *column = {name, static_cast<std::uint8_t>(column->tenant % 255 + 1)};
    }
    assigned[i] = static_cast<std::uint8_t>(column - columns.begin());
  }
  return assigned;
}

std::array<char, kCounterHeaderBytes> encode(const CounterHeader& header) {
  DiskHeader disk{};
  disk.magic = kMagic;
  disk.version = kCounterFileVersion;
  disk.sequence = header.sequence;
  disk.opens = header.opens;
  disk.boot_id = header.anchor.boot_id;
  disk.offset_ns = header.anchor.offset_ns;
  for (std::size_t i = 0; i < kWindowsMax; ++i) {
    const CounterColumn& column = header.columns[i];
    disk.columns[i].name_length =
        static_cast<std::uint8_t>(column.name.copy(disk.columns[i].name.data(), 32));
    disk.columns[i].tenant = column.tenant;
  }
  disk.crc = crc_of(disk);
  std::array<char, kCounterHeaderBytes> bytes;
  std::memcpy(bytes.data(), &disk, sizeof disk);
  return bytes;
}

Result<CounterHeader> decode_counter_header(std::string_view bytes) {
  DiskHeader disk;
  if (bytes.size() < sizeof disk) return fail(ErrorCode::kCorrupt, "the head is cut off");
  std::memcpy(&disk, bytes.data(), sizeof disk);
  if (disk.magic != kMagic) return fail(ErrorCode::kCorrupt, "it does not begin like a counter file");
  if (disk.version > kCounterFileVersion) {
    return fail(
        ErrorCode::kConflict,
        fmt::format(
            "it was written by a newer weir (format {}, this one reads up to {}): run that version, or "
            "move the file away to start with nothing counted",
            disk.version, kCounterFileVersion));
  }
  if (disk.crc != crc_of(disk)) return fail(ErrorCode::kCorrupt, "the checksum of its head is wrong");
  CounterHeader header;
  header.sequence = disk.sequence;
  header.opens = disk.opens;
  header.anchor = {disk.boot_id, disk.offset_ns};
  for (std::size_t i = 0; i < kWindowsMax; ++i) {
    const DiskColumn& column = disk.columns[i];
    header.columns[i].name.assign(column.name.data(), std::min<std::size_t>(column.name_length, 32));
    header.columns[i].tenant = column.tenant;
  }
  return header;
}

}  // namespace weir
