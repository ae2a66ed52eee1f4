// A report on alerts as JSON, as CSV and as one HTML file. Pure but for `names`.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "alerts/alert_report.h"
#include "alerts/alert_text.h"

namespace weir {

[[nodiscard]] boost::json::object alert_report_json(const AlertReport& report, const AlertNames& names);

/// One table: `section, name, alerts, critical, false_positives, value, threshold, missed`.
[[nodiscard]] std::string alert_report_csv(const AlertReport& report, const AlertNames& names);

/// One self-contained page: style and plots inside, no script, made to be printed too.
[[nodiscard]] std::string alert_report_html(const AlertReport& report, const AlertNames& names,
                                            UtcTime made_at);

}  // namespace weir
