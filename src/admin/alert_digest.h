// The weekly digest of alerts: a report in the words of a mail, as plain text and as HTML. Pure but for
// `names`.
#pragma once

#include <string>

#include "alerts/alert_report.h"
#include "alerts/alert_text.h"
#include "model/notification.h"

namespace weir {

struct DigestFrame {
  std::string environment;              // may be empty
  std::int16_t utc_offset_minutes = 0;  // of the days the subject names
};

/// "[production] 12 alerts, 3 of them critical: 16 to 22 November 2026". The report's range is whole days of
/// the frame's offset, but for the last, which may not be over.
[[nodiscard]] Letter alert_digest(const AlertReport& report, const AlertNames& names,
                                  const DigestFrame& frame);

}  // namespace weir
