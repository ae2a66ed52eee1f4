#include "admin/usage_routes.h"

#include <charconv>

#include <fmt/format.h>

#include "admin/answers.h"
#include "admin/page_params.h"
#include "admin/utf8.h"

namespace weir {
namespace {

constexpr std::uint64_t kIdMax = 0xFFFF'FFFF;
constexpr std::size_t kPathMax = 8192;

double in_seconds(Micros time) {
  return static_cast<double>(time.count()) / 1e6;
}

boost::json::value id_or_null(std::uint32_t id) {
  if (id == 0) return nullptr;
  return id;
}

boost::json::value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return boost::json::value(text);
}

boost::json::object to_json(const CallRow& row) {
  boost::json::object out;
  out.reserve(20);
  out["id"] = row.id;
  out["user_id"] = id_or_null(row.user.value());
  out["api_key_id"] = id_or_null(row.key.value());
  out["endpoint"] = to_utf8(row.endpoint);
  out["method"] = to_utf8(row.method);
  out["status_code"] = row.status;
  out["response_time"] = in_seconds(row.response_time);
  out["created_at"] = to_rfc3339(row.at);
  out["path"] = to_utf8(row.path);
  out["request_id"] = to_utf8(row.request_id);
  out["outcome"] = to_string(row.outcome);
  out["upstream_time"] = in_seconds(row.upstream_time);
  out["source"] = text_or_null(row.source.to_string());
  out["bytes_in"] = row.bytes_in;
  out["bytes_out"] = row.bytes_out;
  out["refused_window"] = text_or_null(row.refused_window);
  out["shadow_limited"] = row.shadow_limited;
  return out;
}

CallFilter read_filter(QueryParams& query) {
  CallFilter filter;
  if (const auto id = query.integer("key_id", 1, kIdMax)) filter.key = KeyId(static_cast<std::uint32_t>(*id));
  if (const auto id = query.integer("user_id", 1, kIdMax))
    filter.user = UserId(static_cast<std::uint32_t>(*id));
  filter.endpoint = query.text("endpoint", kPathMax);
  filter.method = query.text("method", 32);
  if (const auto status = query.text("status", 16); status && !read_status_filter(*status, filter)) {
    query.problem("status",
                  fmt::format("must be a status like 503 or a class like 5xx, but is '{}'", *status));
  }
  filter.from = query.time("from");
  filter.to = query.time("to");
  if (filter.from && filter.to && *filter.from > *filter.to) {
    query.problem("from", fmt::format("must not be after to, but {} is after {}", to_rfc3339(*filter.from),
                                      to_rfc3339(*filter.to)));
  }
  filter.request_id = query.text("request_id", kRequestIdMax);
  return filter;
}

Result<net::ServiceResponse> list(CallLog& calls, Call& call) {
  auto filter = read_filter(call.query);
  const auto page = read_page_params(call.query, CursorKind::kCalls);
  WEIR_TRY(call.query.result());
  filter.before_id = page.position;
  filter.limit = page.fetch();
  WEIR_TRY_ASSIGN(rows, calls.query(filter));
  const auto cursor = finish_page(rows, page, CursorKind::kCalls, [](const CallRow& row) { return row.id; });
  boost::json::array items;
  for (const auto& row : rows) items.push_back(to_json(row));
  return page_answer(std::move(items), cursor);
}

}  // namespace

bool read_status_filter(std::string_view text, CallFilter& filter) {
  if (text.size() != 3 || text[0] < '1' || text[0] > '5') return false;
  if (text.substr(1) == "xx") {
    const auto hundred = static_cast<std::uint16_t>((text[0] - '0') * 100);
    filter.status_min = hundred;
    filter.status_max = static_cast<std::uint16_t>(hundred + 99);
    return true;
  }
  std::uint16_t status = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
  if (error != std::errc{} || end != text.data() + text.size()) return false;
  filter.status_min = status;
  filter.status_max = status;
  return true;
}

void add_usage_routes(Router& router, CallLog& calls) {
  router.add({"GET", "/api/v1/usage", Access::kViewer, BodyRule::kNone, true,
              [&calls](Call& call) { return list(calls, call); }});
}

}  // namespace weir
