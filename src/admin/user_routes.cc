#include "admin/user_routes.h"

#include <fmt/format.h>

#include "admin/answers.h"
#include "admin/object_reader.h"
#include "admin/page_params.h"
#include "admin/user_json.h"

namespace weir {
namespace {

/// Only what no mail system would take is refused (RFC 5321, 4.5.3.1.3): one "@" with something on both
/// sides.
bool is_mail_address(std::string_view text) {
  const auto at = text.rfind('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find_first_of(" \t<>,;") == std::string_view::npos;
}

UserChange read_user_fields(ObjectReader& reader) {
  UserChange change;
  change.name = reader.text("name", {.min = 1, .max = 100});
  if (reader.is_null("email"))
    change.email = "";
  else
    change.email = reader.text("email", {.min = 0, .max = 254});
  if (change.email && !change.email->empty() && !is_mail_address(*change.email)) {
    reader.problem("email", fmt::format("must be a mail address, but is '{}'", change.email->substr(0, 64)));
  }
  change.is_active = reader.flag("is_active");
  return change;
}

class UserRoutes {
 public:
  UserRoutes(UserService& service, UserStore& store) : service_(service), store_(store) {}

  Result<net::ServiceResponse> list(Call& call) const {
    const auto name = call.query.text("name", 400);
    const auto page = read_page_params(call.query, CursorKind::kUsers);
    WEIR_TRY(call.query.result());
    if (name) return find(*name);
    WEIR_TRY_ASSIGN(users, store_.list(UserId(static_cast<std::uint32_t>(page.position)), page.fetch()));
    const auto cursor =
        finish_page(users, page, CursorKind::kUsers, [](const User& user) { return user.id.value(); });
    boost::json::array items;
    for (const auto& user : users) items.push_back(to_json(user));
    return page_answer(std::move(items), cursor);
  }

  Result<net::ServiceResponse> create(Call& call) const {
    FieldProblems problems;
    ObjectReader body(call.body, problems);
    body.require("name");
    const auto fields = read_user_fields(body);
    body.finish();
    WEIR_TRY(problems.result());
    User user;
    user.name = fields.name.value_or("");
    user.email = fields.email.value_or("");
    user.is_active = fields.is_active.value_or(true);
    WEIR_TRY_ASSIGN(made, service_.create(call.actor, std::move(user)));
    auto answer = json_answer(201, to_json(made));
    answer.headers.emplace_back("Location", fmt::format("/api/v1/users/{}", made.id.value()));
    return answer;
  }

  Result<net::ServiceResponse> get(Call& call) const {
    WEIR_TRY_ASSIGN(user, store_.get(UserId(call.id)));
    return json_answer(200, to_json(user));
  }

  Result<net::ServiceResponse> update(Call& call) const {
    FieldProblems problems;
    ObjectReader body(call.body, problems);
    const auto change = read_user_fields(body);
    body.finish();
    WEIR_TRY(problems.result());
    WEIR_TRY_ASSIGN(user, service_.update(call.actor, UserId(call.id), change));
    return json_answer(200, to_json(user));
  }

 private:
  Result<net::ServiceResponse> find(const std::string& name) const {
    boost::json::array items;
    if (const auto user = store_.find_by_name(name))
      items.push_back(to_json(*user));
    else if (user.error().code != ErrorCode::kNotFound)
      return tl::unexpected<Error>(user.error());
    return page_answer(std::move(items), "");
  }

  UserService& service_;
  UserStore& store_;
};

}  // namespace

void add_user_routes(Router& router, UserService& service, UserStore& store) {
  const UserRoutes users(service, store);
  const std::string list = "/api/v1/users";
  const std::string one = "/api/v1/users/{id}";
  router.add({"GET", list, Access::kViewer, BodyRule::kNone, true,
              [users](Call& call) { return users.list(call); }});
  router.add({"POST", list, Access::kAdmin, BodyRule::kRequired, false,
              [users](Call& call) { return users.create(call); }});
  router.add(
      {"GET", one, Access::kViewer, BodyRule::kNone, false, [users](Call& call) { return users.get(call); }});
  router.add({"PATCH", one, Access::kAdmin, BodyRule::kRequired, false,
              [users](Call& call) { return users.update(call); }});
}

}  // namespace weir
