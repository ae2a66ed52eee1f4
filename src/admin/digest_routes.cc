#include "admin/digest_routes.h"

#include "admin/answers.h"
#include "admin/delivery_json.h"

namespace weir {
namespace {

namespace json = boost::json;

Result<net::ServiceResponse> show(DigestService& digests, UtcTime now) {
  const std::optional<DigestSettings> wanted = digests.settings();
  WEIR_TRY_ASSIGN(preview, digests.preview(now));
  json::object out;
  out["channel"] = wanted ? json::value(wanted->channel) : json::value(nullptr);
  out["next_at"] = wanted ? json::value(to_rfc3339(next_week(*wanted, now).due)) : json::value(nullptr);
  out["from"] = to_rfc3339(preview.week.from);
  out["to"] = to_rfc3339(preview.week.to);
  out["subject"] = preview.letter.subject;
  out["text"] = preview.letter.text;
  out["html"] = preview.letter.html;
  return json_answer(200, out);
}

Result<net::ServiceResponse> send(DigestService& digests, Call& call, UtcTime now) {
  WEIR_TRY_ASSIGN(delivery, digests.send(now));
  call.audit.note(call.actor, {"digest.send", "delivery", std::to_string(delivery.id.value()), "", ""});
  return json_answer(202, to_json(delivery));
}

}  // namespace

void add_digest_routes(Router& router, DigestService& digests, const Clock& clock) {
  const char* path = "/api/v1/alerts/digest";
  router.add({"GET", path, Access::kViewer, BodyRule::kNone, false,
              [&](Call&) { return show(digests, clock.utc()); }});
  router.add({"POST", path, Access::kAdmin, BodyRule::kNone, false,
              [&](Call& call) { return send(digests, call, clock.utc()); }});
}

}  // namespace weir
