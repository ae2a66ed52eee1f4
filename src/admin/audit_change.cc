#include "admin/audit_change.h"

#include <fmt/format.h>

#include "admin/json_text.h"

namespace weir {
namespace {

std::string bounded_text(const boost::json::value& value) {
  auto text = to_json_text(value);
  if (text.size() <= kAuditJsonMax) return text;
  return to_json_text(boost::json::object{{"omitted_bytes", text.size()}});
}

/// Both lose the fields in which they are the same.
void keep_differences(boost::json::object& before, boost::json::object& after) {
  boost::json::object old_fields;
  boost::json::object new_fields;
  for (const auto& field : before) {
    const auto* now = after.if_contains(field.key());
    if (now == nullptr || *now != field.value()) old_fields[field.key()] = field.value();
  }
  for (const auto& field : after) {
    const auto* then = before.if_contains(field.key());
    if (then == nullptr || *then != field.value()) new_fields[field.key()] = field.value();
  }
  before = std::move(old_fields);
  after = std::move(new_fields);
}

}  // namespace

AuditChange audit_create(std::string_view subject_type, std::string subject_id,
                         const boost::json::value& after) {
  return {.action = fmt::format("{}.create", subject_type),
          .subject_type = std::string(subject_type),
          .subject_id = std::move(subject_id),
          .before = "",
          .after = bounded_text(after)};
}

AuditChange audit_update(std::string_view subject_type, std::string subject_id, boost::json::object before,
                         boost::json::object after, std::string_view verb) {
  keep_differences(before, after);
  return {.action = fmt::format("{}.{}", subject_type, verb),
          .subject_type = std::string(subject_type),
          .subject_id = std::move(subject_id),
          .before = bounded_text(before),
          .after = bounded_text(after)};
}

AuditChange audit_delete(std::string_view subject_type, std::string subject_id,
                         const boost::json::value& before) {
  return {.action = fmt::format("{}.delete", subject_type),
          .subject_type = std::string(subject_type),
          .subject_id = std::move(subject_id),
          .before = bounded_text(before),
          .after = ""};
}

}  // namespace weir
