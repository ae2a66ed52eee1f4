// Alerts in words: the title and the summary of a notice. Pure.
#pragma once

#include <functional>
#include <string>

#include "alerts/alert_book.h"
#include "model/notification.h"

namespace weir {

/// How subjects are called; a missing function leaves ids.
struct AlertNames {
  std::function<std::string(EndpointId)> endpoint;
  std::function<std::string(KeyId)> key;
};

/// "endpoint /v1/orders/{id}", "key 7 (billing)", "source 192.0.2.1", "all traffic".
[[nodiscard]] std::string subject_text(const AlertSubject& subject, const AlertNames& names);

/// "p95 response time of endpoint /v1/orders is 1.34 s, above 1 s".
[[nodiscard]] std::string alert_title(const Alert& alert, const AlertNames& names);

/// What notify is told. Links to the alert's section of docs/alerts.md.
[[nodiscard]] AlertNotice make_notice(const AlertEvent& event, const std::string& environment,
                                      const AlertNames& names);

}  // namespace weir
