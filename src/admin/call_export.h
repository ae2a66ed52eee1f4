// Calls of the log as a text of any length, made page by page while it is sent.
//
// Each page is a query of its own: a slow reader holds neither the store nor memory. Newest first; calls that
// come meanwhile are not in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "net/service.h"
#include "store/call_log.h"

namespace weir {

enum class ExportFormat : std::uint8_t {
  kCsv,     // RFC 4180, with a header line; cells no spreadsheet runs (base/csv.h)
  kNdjson,  // a JSON object a line
};

/// "csv", "ndjson".
[[nodiscard]] std::optional<ExportFormat> parse_export_format(std::string_view name);

class CallExport final : public net::BodySource {
 public:
  /// Up to `most` calls that pass `filter`, whose page it ignores. `calls` outlives it.
  CallExport(CallLog& calls, CallFilter filter, ExportFormat format, std::uint64_t most);

  /// The next page of at most 1,000 calls.
  Result<Piece> next() override;

 private:
  CallLog& calls_;
  CallFilter filter_;
  ExportFormat format_;
  std::uint64_t left_;
  bool begun_ = false;
};

}  // namespace weir
