#include "admin/call_filter.h"

#include <charconv>

#include <fmt/format.h>

#include "admin/param_bounds.h"

namespace weir {
namespace {

constexpr Seconds kResponseTimeMax{86'400};

}  // namespace

CallFilter read_call_filter(QueryParams& query, UtcTime now) {
  CallFilter filter;
  if (const auto id = query.integer("key_id", 0, kIdMax)) filter.key = KeyId(static_cast<std::uint32_t>(*id));
  if (const auto id = query.integer("user_id", 1, kIdMax))
    filter.user = UserId(static_cast<std::uint32_t>(*id));
  filter.endpoint = query.text("endpoint", kPathMax);
  filter.path = query.text("path", kPathMax);
  filter.method = query.text("method", 32);
  if (const auto status = query.text("status", 16); status && !read_status_filter(*status, filter)) {
    query.problem("status",
                  fmt::format("must be a status like 503 or a class like 5xx, but is '{}'", *status));
  }
  if (const auto name = query.text("outcome", 32)) {
    filter.outcome = parse_outcome(*name);
    if (!filter.outcome)
      query.problem("outcome", fmt::format("must be an outcome like limited, but is '{}'", *name));
  }
  filter.response_time_min = query.seconds("min_response_time", kResponseTimeMax);
  filter.from = query.moment("from", now);
  filter.to = query.moment("to", now);
  if (filter.from && filter.to && *filter.from > *filter.to) {
    query.problem("from", fmt::format("must not be after to, but {} is after {}", to_rfc3339(*filter.from),
                                      to_rfc3339(*filter.to)));
  }
  filter.request_id = query.text("request_id", kRequestIdMax);
  return filter;
}

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

}  // namespace weir
