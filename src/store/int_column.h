// Integers of one column of a block, packed to as few bits as each run of them needs.
//
// Pure functions; any bytes may be handed to decode. Layout: docs/call-log.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir {

enum class IntOrder {
  kAny,        // each value against the smallest of its group
  kAscending,  // mostly growing: each value against the one before it
};

/// Appends the encoding of `values` to `out`; nothing when all are 0.
void encode_ints(std::span<const std::uint64_t> values, IntOrder order, std::string& out);

/// Single values of an encoded column, without decoding the others. Used again for column after column.
class IntColumnReader {
 public:
  /// The bytes must stay while values are asked for. Empty `data` is all zeros. kCorrupt when `data` is not
  /// exactly what encode_ints makes of `count` values.
  [[nodiscard]] Result<void> open(std::string_view data, std::size_t count);

  /// Value `row`, below the count.
  [[nodiscard]] std::uint64_t at(std::size_t row) const;
  /// All of them into `out` (replaced).
  void decode(std::vector<std::uint64_t>& out) const;

 private:
  /// Values that share a smallest value and a width.
  struct Group {
    std::uint64_t low = 0;
    std::uint32_t offset = 0;  // of their bits
    std::uint8_t width = 0;
  };
  bool parse(std::string_view data, std::size_t count);
  bool parse_groups(std::string_view data, std::size_t count);
  void unpack(std::vector<std::uint64_t>& out, std::size_t from) const;
  [[nodiscard]] std::uint64_t packed(std::size_t position) const;

  std::size_t count_ = 0;
  std::string_view data_;
  std::vector<Group> groups_;           // none: every value is first_
  std::uint64_t first_ = 0;             // of a constant or ascending column
  std::vector<std::uint64_t> decoded_;  // of an ascending column: each value needs those before it
};

/// `count` values into `out` (replaced). Empty `data` is all zeros. kCorrupt when `data` is not exactly what
/// encode_ints makes of `count` values.
[[nodiscard]] Result<void> decode_ints(std::string_view data, std::size_t count,
                                       std::vector<std::uint64_t>& out);

}  // namespace weir
