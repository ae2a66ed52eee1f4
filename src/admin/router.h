// Which handler a request belongs to.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "admin/audit_trail.h"
#include "admin/query_params.h"
#include "base/result.h"
#include "model/actor.h"
#include "net/service.h"

namespace weir {

/// One request on its way through a handler.
struct Call {
  const net::ServiceRequest& request;
  const Actor& actor;  // who calls: of an open route nobody, with the name empty
  AuditTrail& audit;   // every change goes through it
  QueryParams query;
  boost::json::value body;  // null when there is none
  std::uint32_t id = 0;     // the path's {id}
  std::string_view name{};  // the path's {name}
};

/// What a route does with a request's body.
enum class BodyRule {
  kNone,      // ignored
  kOptional,  // JSON; none is read as {}
  kRequired,  // JSON
};

/// Who may call a route. Every route says it: there is no default.
enum class Access : std::uint8_t {
  kOpen = 1,    // anybody, without a token
  kViewer = 2,  // every token: what only reads, and shows no secret
  kAdmin = 3,   // tokens of the role admin: what changes something
};

struct Route {
  std::string method;  // GET answers HEAD too
  std::string path;    // "/api/v1/keys/{id}"; {id} is a whole number, {name} has letters, digits, - and _
  Access access;
  BodyRule body = BodyRule::kNone;
  bool takes_query = false;  // otherwise any parameter is refused
  std::function<Result<net::ServiceResponse>(Call&)> handler;
};

/// What was found for a method and a path.
struct RouteMatch {
  const Route* route = nullptr;
  std::string_view path;  // of the routes that have it, whatever their method; empty: no such path
  std::string allow;      // the methods of that path, for a 405
  std::uint32_t id = 0;
  std::string_view name;  // within the path that was asked for
};

/// Filled before the first request, then read by any thread.
class Router {
 public:
  void add(Route route);
  [[nodiscard]] RouteMatch match(std::string_view method, std::string_view path) const;
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace weir
