// A request's body as JSON, or the answer that refuses it.
#pragma once

#include <cstdint>
#include <string>

#include <boost/json/value.hpp>
#include <tl/expected.hpp>

#include "admin/router.h"
#include "net/service.h"

namespace weir {

struct BodyRefusal {
  std::uint16_t status = 400;  // 400: no JSON; 415: another type or coding
  std::string detail;
};

[[nodiscard]] tl::expected<boost::json::value, BodyRefusal> read_json_body(const net::ServiceRequest& request,
                                                                           BodyRule rule);

}  // namespace weir
