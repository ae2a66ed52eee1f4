#include "admin/import_routes.h"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "admin/answers.h"
#include "admin/object_reader.h"
#include "admin/page_params.h"

namespace weir {
namespace {

constexpr std::uint64_t kBytesMax = 1ULL << 47;  // request ids of imported calls hold positions of 48 bits
constexpr std::size_t kFieldNameMax = 100;

bool is_sha256(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

boost::json::object to_json(const ImportState& state) {
  boost::json::object out;
  out["id"] = state.import.id.value();
  out["name"] = state.import.name;
  out["head_bytes"] = state.import.head_bytes;
  out["head_sha256"] = state.import.head_sha256;
  out["options"] = boost::json::parse(state.import.options);
  out["created_at"] = to_rfc3339(state.import.created_at);
  out["accepted_bytes"] = state.accepted_bytes;
  out["stored_bytes"] = state.stored_bytes;
  out["settled"] = state.settled;
  return out;
}

boost::json::object to_json(const ImportReport& report) {
  boost::json::array problems;
  for (const auto& problem : report.problems) {
    problems.push_back({{"offset", problem.offset}, {"reason", problem.reason}});
  }
  return {{"calls", report.calls},
          {"unreadable", report.unreadable},
          {"without_key", report.without_key},
          {"unknown_keys", report.unknown_keys},
          {"not_kept", report.not_kept},
          {"problems", std::move(problems)}};
}

void read_fields(ObjectReader& body, ImportOptions& options) {
  auto fields = body.object("fields");
  if (!fields) return;
  if (options.log.format != AccessLogFormat::kJson) body.problem("fields", "is for the format json only");
  for (const auto& name : fields->names()) {
    const auto field = parse_access_log_field(name);
    auto own = fields->text(name, {.min = 1, .max = kFieldNameMax});
    if (!field) {
      fields->problem(name, "must be time, method, uri, status, bytes, duration, upstream_time or client");
    } else if (own) {
      options.log.names[*field] = *std::move(own);
    }
  }
  fields->finish();
}

Result<net::ServiceResponse> open(ImportService& imports, Call& call) {
  FieldProblems problems;
  ObjectReader body(call.body, problems);
  LogImport wanted;
  ImportOptions options;
  for (const char* name : {"name", "head_bytes", "head_sha256", "format"}) body.require(name);
  wanted.name = body.text("name", {.min = 1, .max = 255}).value_or("");
  wanted.head_bytes = body.integer("head_bytes", 1, kImportHeadBytes).value_or(0);
  wanted.head_sha256 = body.text("head_sha256", {.min = 64, .max = 64}).value_or("");
  if (!wanted.head_sha256.empty() && !is_sha256(wanted.head_sha256)) {
    body.problem("head_sha256", "must be 64 hexadecimal digits in lower case");
  }
  if (const auto format = body.text("format", {.min = 1, .max = 16})) {
    if (const auto known = parse_access_log_format(*format)) {
      options.log.format = *known;
    } else {
      body.problem("format", known.error().detail);
    }
  }
  if (const auto key = body.integer("key_id", 1, kKeyIdMax))
    options.key = KeyId(static_cast<std::uint32_t>(*key));
  options.log.key_field = body.text("key_field", {.min = 1, .max = kFieldNameMax}).value_or("");
  if (options.key && !options.log.key_field.empty()) body.problem("key_field", "cannot stand beside key_id");
  read_fields(body, options);
  body.finish();
  WEIR_TRY(problems.result());
  WEIR_TRY_ASSIGN(state, imports.open(call.actor, wanted, options));
  return json_answer(200, to_json(state));
}

Result<net::ServiceResponse> list(ImportService& imports, Call& call) {
  const auto page = read_page_params(call.query, CursorKind::kImports);
  WEIR_TRY(call.query.result());
  WEIR_TRY_ASSIGN(states, imports.list(ImportId(static_cast<std::uint32_t>(page.position)), page.fetch()));
  const auto cursor = finish_page(states, page, CursorKind::kImports,
                                  [](const ImportState& state) { return state.import.id.value(); });
  boost::json::array items;
  for (const auto& state : states) items.push_back(to_json(state));
  return page_answer(std::move(items), cursor);
}

Result<net::ServiceResponse> get(ImportService& imports, Call& call) {
  WEIR_TRY_ASSIGN(state, imports.get(ImportId(call.id)));
  return json_answer(200, to_json(state));
}

Result<net::ServiceResponse> feed(ImportService& imports, Call& call) {
  const auto offset = call.query.integer("offset", 0, kBytesMax);
  if (!offset) call.query.problem("offset", "is required: the byte of the file where the piece begins");
  WEIR_TRY(call.query.result());
  if (call.request.body.empty())
    return fail(ErrorCode::kInvalid, "the body is empty: it must be lines of the log");
  if (*offset + call.request.body.size() > kBytesMax) {
    return fail(ErrorCode::kInvalid, fmt::format("offset: a log must end before byte {}", kBytesMax));
  }
  WEIR_TRY_ASSIGN(fed, imports.feed(ImportId(call.id), *offset, call.request.body));
  auto out = to_json(fed.first);
  out["report"] = to_json(fed.second);
  return json_answer(200, out);
}

}  // namespace

void add_import_routes(Router& router, ImportService& imports) {
  router.add({"GET", "/api/v1/imports", Access::kViewer, BodyRule::kNone, true,
              [&imports](Call& call) { return list(imports, call); }});
  router.add({"POST", "/api/v1/imports", Access::kAdmin, BodyRule::kRequired, false,
              [&imports](Call& call) { return open(imports, call); }});
  router.add({"GET", "/api/v1/imports/{id}", Access::kViewer, BodyRule::kNone, false,
              [&imports](Call& call) { return get(imports, call); }});
  router.add({"POST", "/api/v1/imports/{id}/lines", Access::kAdmin, BodyRule::kNone, true,
              [&imports](Call& call) { return feed(imports, call); }});
}

}  // namespace weir
