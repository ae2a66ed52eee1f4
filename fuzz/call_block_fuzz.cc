// Any bytes as the columns of a stored block: every decoder must answer or say kCorrupt.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "store/call_block_scan.h"

namespace {

/// The input as a packed block, read without the checksums, which no fuzzer could guess.
class FuzzedColumns final : public weir::CallColumnSource {
 public:
  explicit FuzzedColumns(const std::array<std::string_view, weir::kCallColumns>& columns)
      : columns_(columns) {}
  weir::Result<std::string_view> column(weir::CallColumn column) override {
    return columns_[static_cast<std::size_t>(column)];
  }

 private:
  std::array<std::string_view, weir::kCallColumns> columns_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t rows = 1 + data[0];
  const std::uint8_t asked = data[1];
  const auto columns = weir::unpack_columns({reinterpret_cast<const char*>(data) + 2, size - 2});
  if (!columns) return 0;
  weir::CallFilter filter;
  if ((asked & 1) != 0) filter.key = weir::KeyId(1);
  if ((asked & 2) != 0) filter.method = (asked & 4) != 0 ? "GET" : "PURGE";
  if ((asked & 8) != 0) filter.endpoint = "/v1/health";
  if ((asked & 16) != 0) filter.request_id = "trace-1";
  if ((asked & 32) != 0) filter.request_id = "01234567-89ab-7def-8123-456789abcdef";
  if ((asked & 64) != 0) filter.from = weir::UtcTime(weir::Micros(1));
  if ((asked & 128) != 0) filter.status_min = 1;
  FuzzedColumns source(*columns);
  std::vector<weir::CallRow> out;
  const auto result = weir::CallBlockScanner(filter).scan(1, rows, source, out);
  if (!result && result.error().code != weir::ErrorCode::kCorrupt) __builtin_trap();
  return 0;
}
