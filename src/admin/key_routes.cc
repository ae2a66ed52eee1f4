#include "admin/key_routes.h"

#include <fmt/format.h>

#include "admin/answers.h"
#include "admin/key_json.h"
#include "admin/object_reader.h"
#include "admin/page_params.h"
#include "admin/param_bounds.h"
#include "keys/key_format.h"

namespace weir {
namespace {

constexpr std::uint64_t kGraceSecondsMax = 366ULL * 86400;

/// One of `user_id` and `user`.
OwnerRef read_owner(ObjectReader& reader) {
  const auto id = reader.integer("user_id", 1, kIdMax);
  auto name = reader.text("user", {.min = 1, .max = 100});
  if (reader.has("user_id") && reader.has("user"))
    reader.problem("user", "cannot be given together with user_id");
  if (!reader.has("user_id") && !reader.has("user")) reader.problem("user", "is required (or user_id)");
  if (id) return UserId(static_cast<std::uint32_t>(*id));
  return std::move(name).value_or("");
}

NewKey read_new_key(ObjectReader& reader, UtcTime now) {
  NewKey wanted;
  reader.require("name");
  read_key_fields(reader, wanted.key, now);
  wanted.owner = read_owner(reader);
  return wanted;
}

boost::json::object with_secret(const KeyWithSecret& made, UtcTime now) {
  auto out = to_json(made.key, now);
  out["key"] = made.secret;
  return out;
}

class KeyRoutes {
 public:
  KeyRoutes(KeyService& service, KeyStore& store, const Clock& clock)
      : service_(service), store_(store), clock_(clock) {}

  Result<net::ServiceResponse> list(Call& call) const {
    KeyFilter filter;
    if (const auto user = call.query.integer("user_id", 1, kIdMax)) {
      filter.user_id = UserId(static_cast<std::uint32_t>(*user));
    }
    filter.is_active = call.query.flag("is_active");
    const auto page = read_page_params(call.query, CursorKind::kKeys);
    WEIR_TRY(call.query.result());
    filter.after = KeyId(static_cast<std::uint32_t>(page.position));
    filter.limit = page.fetch();
    WEIR_TRY_ASSIGN(keys, store_.list(filter));
    const auto cursor =
        finish_page(keys, page, CursorKind::kKeys, [](const ApiKey& key) { return key.id.value(); });
    boost::json::array items;
    for (const auto& key : keys) items.push_back(to_json(key, clock_.utc()));
    return page_answer(std::move(items), cursor);
  }

  Result<net::ServiceResponse> create(Call& call) const {
    const UtcTime now = clock_.utc();
    FieldProblems problems;
    ObjectReader body(call.body, problems);
    auto wanted = read_new_key(body, now);
    if (wanted.key.expires_at && *wanted.key.expires_at <= now) {
      body.problem("expires_at",
                   fmt::format("must be in the future, but is {}", to_rfc3339(*wanted.key.expires_at)));
    }
    body.finish();
    WEIR_TRY(problems.result());
    WEIR_TRY_ASSIGN(made, service_.create(call.actor, std::move(wanted)));
    auto answer = json_answer(201, with_secret(made, now));
    answer.headers.emplace_back("Location", fmt::format("/api/v1/keys/{}", made.key.id.value()));
    return answer;
  }

  Result<net::ServiceResponse> import(Call& call) const {
    const UtcTime now = clock_.utc();
    FieldProblems problems;
    ObjectReader body(call.body, problems);
    body.require("items");
    std::vector<NewKey> wanted;
    if (const auto* items = body.list("items", kImportMax)) {
      for (std::size_t i = 0; i < items->size() && !problems.any(); ++i) {
        ObjectReader item((*items)[i], problems, fmt::format("items[{}]", i));
        item.require("key");
        auto secret = item.text("key", {.min = 8, .max = kKeyLengthMax});
        auto key = read_new_key(item, now);
        key.secret = std::move(secret).value_or("");
        item.finish();
        wanted.push_back(std::move(key));
      }
    }
    body.finish();
    WEIR_TRY(problems.result());
    WEIR_TRY_ASSIGN(keys, service_.import(call.actor, std::move(wanted)));
    boost::json::array items;
    for (const auto& key : keys) items.push_back(to_json(key, now));
    const auto count = items.size();
    return json_answer(201, {{"imported", count}, {"items", std::move(items)}});
  }

  Result<net::ServiceResponse> get(Call& call) const {
    WEIR_TRY_ASSIGN(key, service_.get(KeyId(call.id)));
    return json_answer(200, to_json(key, clock_.utc()));
  }

  Result<net::ServiceResponse> update(Call& call) const {
    const UtcTime now = clock_.utc();
    WEIR_TRY_ASSIGN(key, service_.update(call.actor, KeyId(call.id), [&](ApiKey& changed) {
      FieldProblems problems;
      ObjectReader body(call.body, problems);
      read_key_fields(body, changed, now);
      body.finish();
      return problems.result();
    }));
    return json_answer(200, to_json(key, now));
  }

  Result<net::ServiceResponse> rotate(Call& call) const {
    FieldProblems problems;
    ObjectReader body(call.body, problems);
    RotationRule rule;
    if (const auto grace = body.integer("grace_seconds", 0, kGraceSecondsMax)) rule.grace = Seconds(*grace);
    rule.ends_on_first_use = body.flag("end_on_first_use").value_or(false);
    body.finish();
    WEIR_TRY(problems.result());
    WEIR_TRY_ASSIGN(made, service_.rotate(call.actor, KeyId(call.id), rule));
    return json_answer(200, with_secret(made, clock_.utc()));
  }

  Result<net::ServiceResponse> remove(Call& call) const {
    WEIR_TRY(service_.remove(call.actor, KeyId(call.id)));
    return net::ServiceResponse{204, {{"Cache-Control", "no-store"}}, ""};
  }

 private:
  KeyService& service_;
  KeyStore& store_;
  const Clock& clock_;
};

}  // namespace

void add_key_routes(Router& router, KeyService& service, KeyStore& store, const Clock& clock) {
  const KeyRoutes keys(service, store, clock);
  const std::string list = "/api/v1/keys";
  const std::string one = "/api/v1/keys/{id}";
  router.add(
      {"GET", list, Access::kViewer, BodyRule::kNone, true, [keys](Call& call) { return keys.list(call); }});
  router.add({"POST", list, Access::kAdmin, BodyRule::kRequired, false,
              [keys](Call& call) { return keys.create(call); }});
  router.add({"POST", list + "/import", Access::kAdmin, BodyRule::kRequired, false,
              [keys](Call& call) { return keys.import(call); }});
  router.add(
      {"GET", one, Access::kViewer, BodyRule::kNone, false, [keys](Call& call) { return keys.get(call); }});
  router.add({"PATCH", one, Access::kAdmin, BodyRule::kRequired, false,
              [keys](Call& call) { return keys.update(call); }});
  router.add({"DELETE", one, Access::kAdmin, BodyRule::kNone, false,
              [keys](Call& call) { return keys.remove(call); }});
  router.add({"POST", one + "/rotate", Access::kAdmin, BodyRule::kOptional, false,
              [keys](Call& call) { return keys.rotate(call); }});
}

}  // namespace weir
