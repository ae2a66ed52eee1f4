#include "admin/session_routes.h"

#include <algorithm>

#include "admin/answers.h"
#include "admin/audit_change.h"
#include "admin/object_reader.h"
#include "admin/session_cookie.h"
#include "base/log.h"

namespace weir {
namespace {

boost::json::value time_or_null(const std::optional<UtcTime>& time) {
  if (!time) return nullptr;
  return boost::json::value(to_rfc3339(*time));
}

class SessionRoutes {
 public:
  explicit SessionRoutes(SessionParts parts) : parts_(parts) {}

  Result<net::ServiceResponse> sign_in(Call& call) const {
    FieldProblems problems;
    ObjectReader body(call.body, problems);
    body.require("token");
    const auto token = body.text("token", {.min = 1, .max = 4096, .secret = true});
    body.finish();
    WEIR_TRY(problems.result());
    std::optional<TokenHolder> holder;
    if (auto refusal = parts_.authenticator.check_sign_in(call.request, call.actor, *token, holder))
      return std::move(*refusal);
    WEIR_TRY_ASSIGN(opened, parts_.sessions.open(holder->id, parts_.clock.instant(), parts_.clock.utc()));
    Actor actor = call.actor;
    actor.token = holder->id;
    actor.name = holder->name;
    actor.role = holder->role;
    actor.via = Via::kPage;
    call.audit.note(actor, audit_update("session", "", {}, {}, "sign_in"));
    log::info("signed in", {{"actor", actor.name}, {"source", actor.source.to_string()}});
    auto answer = json_answer(201, to_json(actor, &opened.session));
    const bool secure = parts_.authenticator.is_secure(call.request);
    answer.headers.emplace_back("Set-Cookie",
                                set_session_cookie(opened.secret, parts_.settings.session_lifetime, secure));
    return answer;
  }

  Result<net::ServiceResponse> show(Call& call) const {
    const auto session = session_of(call);
    return json_answer(200, to_json(call.actor, session ? &*session : nullptr));
  }

  Result<net::ServiceResponse> sign_out(Call& call) const {
    const bool secure = parts_.authenticator.is_secure(call.request);
    net::ServiceResponse answer{204, {{"Cache-Control", "no-store"}}, ""};
    if (call.actor.via != Via::kPage) return answer;  // a bearer token has no session to end
    const auto secret = session_cookie(call.request, secure);
    if (secret && parts_.sessions.close(*secret)) {
      call.audit.note(call.actor, audit_update("session", "", {}, {}, "sign_out"));
      log::info("signed out", {{"actor", call.actor.name}});
    }
    answer.headers.emplace_back("Set-Cookie", set_session_cookie("", Seconds{0}, secure));
    return answer;
  }

 private:
  std::optional<Session> session_of(const Call& call) const {
    if (call.actor.via != Via::kPage) return std::nullopt;
    const auto secret = session_cookie(call.request, parts_.authenticator.is_secure(call.request));
    return secret ? parts_.sessions.find(*secret, parts_.clock.instant()) : std::nullopt;
  }

  boost::json::object to_json(const Actor& actor, const Session* session) const {
    const UtcTime now = parts_.clock.utc();
    const auto holder = parts_.tokens.find(actor.token, now);
    auto expires_at = holder ? holder->expires_at : std::nullopt;
    boost::json::object out;
    out["name"] = actor.name;
    out["role"] = to_string(actor.role);
    out["via"] = to_string(actor.via);
    out["csrf_token"] = nullptr;
    if (session != nullptr) {
      expires_at = expires_at ? std::min(*expires_at, session->expires_at) : session->expires_at;
      out["csrf_token"] = session->csrf_token;
    }
    out["expires_at"] = time_or_null(expires_at);
    if (session != nullptr)
      out["idle_timeout_seconds"] = parts_.settings.session_idle.count();
    else
      out["idle_timeout_seconds"] = nullptr;
    return out;
  }

  SessionParts parts_;
};

}  // namespace

void add_session_routes(Router& router, SessionParts parts) {
  const SessionRoutes session(parts);
  const std::string path = "/api/v1/session";
  router.add({"GET", path, Access::kViewer, BodyRule::kNone, false,
              [session](Call& call) { return session.show(call); }});
  router.add({"POST", path, Access::kOpen, BodyRule::kRequired, false,
              [session](Call& call) { return session.sign_in(call); }});
  router.add({"DELETE", path, Access::kViewer, BodyRule::kNone, false,
              [session](Call& call) { return session.sign_out(call); }});
}

}  // namespace weir
