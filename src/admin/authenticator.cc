#include "admin/authenticator.h"

#include <algorithm>

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "admin/answers.h"
#include "admin/request_identity.h"
#include "admin/session_cookie.h"
#include "admin/text.h"
#include "base/log.h"
#include "net/client_source.h"

namespace weir {
namespace {

bool reads_only(const net::ServiceRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

bool equal_texts(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

/// All values of a header that may come in several lines, as one list.
std::string joined(const net::ServiceRequest& request, std::string_view wanted) {
  std::string list;
  for (const auto& [name, value] : request.headers) {
    if (equals_ignoring_case(name, wanted)) list.append(list.empty() ? "" : ",").append(value);
  }
  return list;
}

void set_holder(Actor& actor, const TokenHolder& holder, Via via) {
  actor.token = holder.id;
  actor.name = holder.name;
  actor.role = holder.role;
  actor.via = via;
}

net::ServiceResponse unauthorized(const net::ServiceRequest& request, std::string_view detail) {
  auto answer = error_answer(request, 401, detail);
  answer.headers.emplace_back("WWW-Authenticate", "Bearer");
  return answer;
}

net::ServiceResponse too_many_failures(const net::ServiceRequest& request, Seconds wait) {
  auto answer = error_answer(request, 429,
                             fmt::format("Too many failed attempts. Try again in {} seconds", wait.count()));
  answer.headers.emplace_back("Retry-After", std::to_string(wait.count()));
  return answer;
}

}  // namespace

bool Authenticator::is_from_proxy(const net::ServiceRequest& request) const {
  const bool unix_socket = request.peer == IpAddress{};
  return net::is_trusted_proxy(request.peer, unix_socket, parts_.trusted_proxies);
}

IpAddress Authenticator::source_of(const net::ServiceRequest& request) const {
  if (!is_from_proxy(request)) return request.peer;
  return net::client_source(request.peer, joined(request, "X-Forwarded-For"), parts_.trusted_proxies);
}

bool Authenticator::is_secure(const net::ServiceRequest& request) const {
  return is_from_proxy(request) && equals_ignoring_case(joined(request, "X-Forwarded-Proto"), "https");
}

std::optional<net::ServiceResponse> Authenticator::identify(const net::ServiceRequest& request,
                                                            Actor& actor) {
  // A header that is there twice is read as one that is wrong, not as the one we like.
  if (const auto authorization = joined(request, "Authorization"); !authorization.empty())
    return identify_bearer(request, authorization, actor);
  if (const auto secret = session_cookie(request, is_secure(request)))
    return identify_session(request, *secret, actor);
  return unauthorized(request, "Missing bearer token");
}

std::optional<net::ServiceResponse> Authenticator::identify_bearer(const net::ServiceRequest& request,
                                                                   std::string_view authorization,
                                                                   Actor& actor) {
  const auto scheme = take_until(authorization, ' ');
  if (!equals_ignoring_case(scheme, "Bearer")) return unauthorized(request, "Missing bearer token");
  const auto holder = parts_.tokens.find(take_until(authorization, '\0'), parts_.clock.utc());
  if (!holder) return refuse(request, actor, "Invalid bearer token");
  set_holder(actor, *holder, via_of(request));
  return std::nullopt;
}

std::optional<net::ServiceResponse> Authenticator::identify_session(const net::ServiceRequest& request,
                                                                    const std::string& secret, Actor& actor) {
  const auto session = parts_.sessions.find(secret, parts_.clock.instant());
  const auto holder = session ? parts_.tokens.find(session->token, parts_.clock.utc()) : std::nullopt;
  if (!holder) {
    if (session) parts_.sessions.close_all_of(session->token);
    auto answer = refuse(request, actor, "The session has ended: sign in again");
    answer.headers.emplace_back("Set-Cookie", set_session_cookie("", Seconds{0}, is_secure(request)));
    return answer;
  }
  set_holder(actor, *holder, Via::kPage);
  if (reads_only(request)) return std::nullopt;
  const auto presented = request.header("X-CSRF-Token");
  if (presented && equal_texts(*presented, session->csrf_token)) return std::nullopt;
  log::warn("a change by cookie without its CSRF token is refused",
            {{"actor", actor.name}, {"source", actor.source.to_string()}});
  return error_answer(request, 403,
                      presented
                          ? "X-CSRF-Token is not the one of this session (GET /api/v1/session has it)"
                          : "A change by cookie needs the header X-CSRF-Token (GET /api/v1/session has it)");
}

std::function<bool()> Authenticator::watch(const net::ServiceRequest& request, const Actor& actor) {
  std::optional<KeyDigest> session;
  if (actor.via == Via::kPage) {
    const auto secret = session_cookie(request, is_secure(request));
    const auto found = secret ? parts_.sessions.find(*secret, parts_.clock.instant()) : std::nullopt;
    session = found ? found->id : KeyDigest{};
  }
  return [this, token = actor.token, session] {
    if (session && !parts_.sessions.is_open(*session, parts_.clock.instant())) return false;
    return parts_.tokens.find(token, parts_.clock.utc()).has_value();
  };
}

std::optional<net::ServiceResponse> Authenticator::check_sign_in(const net::ServiceRequest& request,
                                                                 const Actor& actor,
                                                                 std::string_view presented,
                                                                 std::optional<TokenHolder>& holder) {
  if (const auto wait = throttle_.wait_of(actor.source, parts_.clock.instant()))
    return too_many_failures(request, *wait);
  holder = parts_.tokens.find(presented, parts_.clock.utc());
  if (!holder) return refuse(request, actor, "Invalid token");
  return std::nullopt;
}

net::ServiceResponse Authenticator::refuse(const net::ServiceRequest& request, const Actor& actor,
                                           const std::string& reason) {
  const Instant now = parts_.clock.instant();
  parts_.refused.count(actor.source, reason, now);
  if (const auto wait = throttle_.fail(actor.source, now)) return too_many_failures(request, *wait);
  log::warn("a caller of the admin API is refused",
            {{"reason", reason}, {"source", actor.source.to_string()}, {"request_id", actor.request_id}});
  return unauthorized(request, reason);
}

}  // namespace weir
