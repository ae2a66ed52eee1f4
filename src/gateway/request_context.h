// Everything known of one request on its way through the phases.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/ip_address.h"
#include "gateway/route_labels.h"
#include "model/ids.h"
#include "model/method.h"
#include "model/outcome.h"
#include "model/request_id.h"
#include "model/usage_record.h"

namespace weir {

/// Filled phase by phase; the strings keep their memory from request to request on one connection.
struct RequestContext {
  // read_head
  UtcTime at{};       // civil time when the head was complete
  Instant started{};  // the same moment, for durations
  Method method = Method::kOther;
  std::string method_text;
  std::string path;  // without query
  bool http11 = true;
  bool keep_alive = true;  // the connection may carry another request
  bool wants_problem_json = false;
  IpAddress source;
  Uuid request_id;
  std::string request_id_text;  // a client's own that is no UUID

  // identify
  KeyId key;
  UserId user;

  // admit
  RouteLabel route = kNoRouteLabel;
  std::uint8_t refused_window = kNoWindow;
  bool shadow_limited = false;
  std::string limit_headers;  // rendered lines, for every answer to a valid, active key

  // forward, respond
  Outcome outcome = Outcome::kInternal;
  std::uint16_t status = 0;
  Nanos upstream_time{};
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  bool recorded = false;

  /// Empties it for the next request; memory is kept.
  void reset() {
    at = {};
    started = {};
    method = Method::kOther;
    method_text.clear();
    path.clear();
    http11 = keep_alive = true;
    wants_problem_json = false;
    source = {};
    request_id = {};
    request_id_text.clear();
    key = {};
    user = {};
    route = kNoRouteLabel;
    refused_window = kNoWindow;
    shadow_limited = false;
    limit_headers.clear();
    outcome = Outcome::kInternal;
    status = 0;
    upstream_time = {};
    bytes_in = bytes_out = 0;
    recorded = false;
  }

  void append_request_id(std::string& out) const {
    if (!request_id_text.empty()) {
      out += request_id_text;
      return;
    }
    char text[Uuid::kTextSize];
    request_id.write(text);
    out.append(text, sizeof text);
  }
};

}  // namespace weir
