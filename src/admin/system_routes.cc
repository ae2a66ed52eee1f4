#include "admin/system_routes.h"

#include "admin/answers.h"
#include "admin/metric_families.h"

namespace weir {
namespace {

std::string own_metrics(const SystemParts& parts) {
  const auto counts = parts.registry.counts();
  std::vector<prometheus::MetricFamily> families;
  families.push_back(gauge_family("weir_build_info", "Always 1; the version is in the label.",
                                  {{{{"version", WEIR_VERSION}}, 1.0}}));
  families.push_back(gauge_family("weir_keys", "Stored API keys, by state.",
                                  {{{{"state", "active"}}, static_cast<double>(counts.active)},
                                   {{{"state", "inactive"}}, static_cast<double>(counts.inactive)}}));
  families.push_back(parts.counters.family());
  return to_metrics_text(families);
}

net::ServiceResponse metrics(const SystemParts& parts) {
  std::string text = own_metrics(parts);
  if (parts.metrics_text) text += parts.metrics_text();
  return {200, {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}}, std::move(text)};
}

Result<net::ServiceResponse> readiness(const SystemParts& parts) {
  if (parts.ready && parts.ready()) return json_answer(200, {{"status", "ready"}});
  return json_answer(503, {{"detail", "The gateway does not serve yet, or not any more"}});
}

}  // namespace

void add_system_routes(Router& router, SystemParts parts) {
  const auto open = [&router](std::string path, std::function<Result<net::ServiceResponse>()> handler) {
    // Probes add parameters of their own; they change nothing.
    router.add({"GET", std::move(path), Access::kOpen, BodyRule::kNone, true,
                [handler = std::move(handler)](Call&) { return handler(); }});
  };
  open("/healthz", [] { return Result<net::ServiceResponse>(json_answer(200, {{"status", "ok"}})); });
  open("/readyz", [parts] { return readiness(parts); });
  open("/metrics", [parts] { return Result<net::ServiceResponse>(metrics(parts)); });
}

}  // namespace weir
