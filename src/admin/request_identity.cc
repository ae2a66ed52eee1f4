#include "admin/request_identity.h"

#include <random>

#include "model/request_id.h"

namespace weir {
namespace {

/// What app/admin_client.cc begins its User-Agent with.
constexpr std::string_view kCommandAgent = "weir/";

}  // namespace

std::string request_id_of(const net::ServiceRequest& request, UtcTime now) {
  if (const auto sent = request.header("X-Request-Id"); sent && is_sane_request_id(*sent))
    return std::string(*sent);
  // An id tells calls apart and guards nothing: seeded once a thread is enough.
  thread_local std::mt19937_64 random{std::random_device{}()};
  const auto millis = std::chrono::duration_cast<Millis>(now.time_since_epoch()).count();
  const std::uint64_t high = random();
  return make_uuid_v7(static_cast<std::uint64_t>(millis), high, random()).to_string();
}

Via via_of(const net::ServiceRequest& request) {
  const auto agent = request.header("User-Agent");
  return agent && agent->starts_with(kCommandAgent) ? Via::kCli : Via::kApi;
}

}  // namespace weir
