#include "admin/audit_routes.h"

#include <fmt/format.h>

#include "admin/answers.h"
#include "admin/json_document.h"
#include "admin/page_params.h"

namespace weir {
namespace {

constexpr std::size_t kNameMax = 400;  // bytes: 100 characters

/// A stored document as JSON again; null for none.
boost::json::value document(const std::string& text) {
  if (text.empty()) return nullptr;
  auto parsed = parse_json_document(text);
  return parsed ? *std::move(parsed) : boost::json::value(nullptr);
}

boost::json::value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return boost::json::value(text);
}

boost::json::object to_json(const AuditEntry& entry) {
  boost::json::object out;
  out.reserve(13);
  out["id"] = entry.id;
  out["created_at"] = to_rfc3339(entry.at);
  out["actor"] = text_or_null(entry.actor.name);
  if (entry.actor.token)
    out["token_id"] = entry.actor.token.value();
  else
    out["token_id"] = nullptr;
  out["role"] = to_string(entry.actor.role);
  out["via"] = to_string(entry.actor.via);
  out["source"] = text_or_null(entry.actor.source.to_string());
  out["request_id"] = text_or_null(entry.actor.request_id);
  out["action"] = entry.change.action;
  out["subject_type"] = entry.change.subject_type;
  out["subject_id"] = text_or_null(entry.change.subject_id);
  out["before"] = document(entry.change.before);
  out["after"] = document(entry.change.after);
  return out;
}

/// "key:7" or "key".
void read_subject(QueryParams& query, AuditFilter& filter) {
  const auto subject = query.text("subject", kNameMax);
  if (!subject) return;
  const auto colon = subject->find(':');
  if (colon == 0 || colon + 1 == subject->size()) {
    query.problem("subject",
                  fmt::format("must be a type like key, or a type and an id like key:7, but is '{}'",
                              subject->substr(0, 64)));
    return;
  }
  filter.subject_type = subject->substr(0, colon);
  if (colon != std::string::npos) filter.subject_id = subject->substr(colon + 1);
}

Result<net::ServiceResponse> list(AuditStore& store, Call& call, UtcTime now) {
  AuditFilter filter;
  filter.actor = call.query.text("actor", kNameMax);
  filter.action = call.query.text("action", kNameMax);
  read_subject(call.query, filter);
  filter.from = call.query.moment("from", now);
  filter.to = call.query.moment("to", now);
  if (filter.from && filter.to && *filter.from > *filter.to) {
    call.query.problem("from", fmt::format("must not be after to, but {} is after {}",
                                           to_rfc3339(*filter.from), to_rfc3339(*filter.to)));
  }
  const auto page = read_page_params(call.query, CursorKind::kAudit);
  WEIR_TRY(call.query.result());
  filter.before_id = page.position;
  filter.limit = page.fetch();
  WEIR_TRY_ASSIGN(entries, store.list(filter));
  const auto cursor =
      finish_page(entries, page, CursorKind::kAudit, [](const AuditEntry& entry) { return entry.id; });
  boost::json::array items;
  for (const auto& entry : entries) items.push_back(to_json(entry));
  return page_answer(std::move(items), cursor);
}

}  // namespace

void add_audit_routes(Router& router, AuditStore& store, const Clock& clock) {
  router.add({"GET", "/api/v1/audit", Access::kViewer, BodyRule::kNone, true,
              [&](Call& call) { return list(store, call, clock.utc()); }});
}

}  // namespace weir
