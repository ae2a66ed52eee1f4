// Arbitrary bytes as the query of a request to the admin API, and as the cursor in it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "admin/cursor.h"
#include "admin/query_params.h"

namespace {

using namespace weir;

void require(bool condition) {
  if (!condition) std::abort();
}

void read_parameters(std::string_view query) {
  QueryParams params = QueryParams::parse(query);
  const UtcTime now{Seconds(1'700'000'000)};
  if (const auto text = params.text("q", 100)) require(!text->empty() || query.size() > 1);
  if (const auto limit = params.integer("limit", 1, 1000)) require(*limit >= 1 && *limit <= 1000);
  if (const auto time = params.seconds("min", Seconds(60)))
    require(time->count() >= 0 && *time <= Seconds(60));
  static_cast<void>(params.flag("flag"));
  static_cast<void>(params.time("to"));
  if (const auto from = params.moment("from", now); from && query.starts_with("from=-"))
    require(*from <= now);
  const auto result = params.result();
  require(result || !result.error().detail.empty());
}

void read_cursor(std::string_view text) {
  for (const CursorKind kind :
       {CursorKind::kKeys, CursorKind::kCalls, CursorKind::kAudit, CursorKind::kAlerts}) {
    const auto position = decode_cursor(kind, text);
    if (position) require(encode_cursor(kind, *position) == text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_parameters(text);
  read_cursor(text);
  return 0;
}
