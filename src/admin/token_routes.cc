#include "admin/token_routes.h"

#include <fmt/format.h>

#include "admin/answers.h"
#include "admin/expiry_fields.h"
#include "admin/object_reader.h"
#include "admin/page_params.h"
#include "admin/token_json.h"

namespace weir {
namespace {

AdminToken read_new_token(ObjectReader& reader, UtcTime now) {
  AdminToken token;
  reader.require("name");
  reader.require("role");
  if (auto name = reader.text("name", {.min = 1, .max = 100})) token.name = std::move(*name);
  if (const auto name = reader.text("role", {.min = 1, .max = 32})) {
    token.role = parse_role(*name).value_or(Role::kNone);
    if (token.role == Role::kNone)
      reader.problem("role", fmt::format("must be admin or viewer, but is '{}'", *name));
  }
  read_expiry(reader, token.expires_at, now);
  if (token.expires_at && *token.expires_at <= now) {
    reader.problem("expires_at",
                   fmt::format("must be in the future, but is {}", to_rfc3339(*token.expires_at)));
  }
  reader.finish();
  return token;
}

Result<net::ServiceResponse> list(TokenService& service, Call& call) {
  const auto page = read_page_params(call.query, CursorKind::kTokens);
  WEIR_TRY(call.query.result());
  WEIR_TRY_ASSIGN(tokens, service.list());
  std::erase_if(tokens, [&](const AdminToken& token) { return token.id.value() <= page.position; });
  if (tokens.size() > page.fetch()) tokens.resize(page.fetch());
  const auto cursor = finish_page(tokens, page, CursorKind::kTokens,
                                  [](const AdminToken& token) { return token.id.value(); });
  boost::json::array items;
  for (const auto& token : tokens) items.push_back(to_json(token));
  return page_answer(std::move(items), cursor);
}

Result<net::ServiceResponse> create(TokenService& service, const Clock& clock, const Call& call) {
  FieldProblems problems;
  ObjectReader body(call.body, problems);
  auto wanted = read_new_token(body, clock.utc());
  WEIR_TRY(problems.result());
  WEIR_TRY_ASSIGN(made, service.create(call.actor, std::move(wanted)));
  auto out = to_json(made.token);
  out["token"] = made.secret;
  return json_answer(201, out);
}

Result<net::ServiceResponse> revoke(TokenService& service, const Call& call) {
  WEIR_TRY(service.revoke(call.actor, TokenId(call.id)));
  return net::ServiceResponse{204, {{"Cache-Control", "no-store"}}, ""};
}

}  // namespace

void add_token_routes(Router& router, TokenService& service, const Clock& clock) {
  const std::string path = "/api/v1/tokens";
  router.add({"GET", path, Access::kViewer, BodyRule::kNone, true,
              [&service](Call& call) { return list(service, call); }});
  router.add({"POST", path, Access::kAdmin, BodyRule::kRequired, false,
              [&service, &clock](Call& call) { return create(service, clock, call); }});
  router.add({"DELETE", path + "/{id}", Access::kAdmin, BodyRule::kNone, false,
              [&service](Call& call) { return revoke(service, call); }});
}

}  // namespace weir
