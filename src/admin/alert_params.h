// Parameters and fields that name alerts. Problems are added to the reader, as everywhere.
#pragma once

#include <optional>

#include "admin/object_reader.h"
#include "admin/query_params.h"
#include "store/alert_store.h"
#include "usage/endpoint_names.h"

namespace weir {

/// type=, severity=, state=, key_id=, endpoint=, source=, channel=, from=, to=. A subject is one of the last
/// four before the times.
[[nodiscard]] AlertFilter read_alert_filter(QueryParams& query, const EndpointNames& endpoints, UtcTime now);

/// The fields `type` and `severity`.
[[nodiscard]] std::optional<AlertType> read_alert_type(ObjectReader& reader, std::string_view field,
                                                       const std::string& name);
[[nodiscard]] std::optional<AlertSeverity> read_alert_severity(ObjectReader& reader);
/// One of `key_id`, `endpoint`, `source`, `channel`; none: any.
[[nodiscard]] std::optional<AlertSubject> read_alert_subject(ObjectReader& reader,
                                                             const EndpointNames& endpoints);

}  // namespace weir
