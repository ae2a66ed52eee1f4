// A report as JSON, as CSV and as one HTML file. Pure.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "usage/usage_report.h"

namespace weir {

[[nodiscard]] boost::json::object report_json(const UsageReport& report);

/// One table: `section, id, name`, the totals, and what they were before.
[[nodiscard]] std::string report_csv(const UsageReport& report);

/// One self-contained page: style and plots inside, no script, made to be printed too.
[[nodiscard]] std::string report_html(const UsageReport& report);

}  // namespace weir
