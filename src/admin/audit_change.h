// What an audit entry says of a change, from the JSON of the thing before and after. Pure.
//
// `subject_type` is the thing's word in the API, singular; the action is that word and what was done to it.
// The JSON is what the API shows of the thing: never with a secret.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "model/audit_entry.h"

namespace weir {

[[nodiscard]] AuditChange audit_create(std::string_view subject_type, std::string subject_id,
                                       const boost::json::value& after);
/// `before` and `after` are cut to the fields that differ. `verb`: what was done, "rotate".
[[nodiscard]] AuditChange audit_update(std::string_view subject_type, std::string subject_id,
                                       boost::json::object before, boost::json::object after,
                                       std::string_view verb = "update");
[[nodiscard]] AuditChange audit_delete(std::string_view subject_type, std::string subject_id,
                                       const boost::json::value& before);

/// Bytes of one side of an entry; a longer one is replaced by {"omitted_bytes": N}.
inline constexpr std::size_t kAuditJsonMax = 256U << 10;

}  // namespace weir
