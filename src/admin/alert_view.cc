#include "admin/alert_view.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "alerts/alert_json.h"

namespace weir {
namespace {

namespace json = boost::json;

json::object subject_view(const AlertSubject& subject, const AlertNames& names) {
  json::object out = to_json(subject);
  out["name"] = subject_text(subject, names);
  return out;
}

}  // namespace

json::object alert_view(const Alert& alert, const AlertNames& names) {
  json::object out = to_json(alert);
  out["subject"] = subject_view(alert.subject, names);
  out["title"] = alert_title(alert, names);
  out["runbook"] = fmt::format("docs/alerts.md#{}", to_string(alert.type));
  return out;
}

Result<json::object> alert_view(const AlertRow& row, const AlertNames& names) {
  WEIR_TRY_ASSIGN(entry, from_row(row));
  return alert_view(entry.alert, names);
}

json::object alert_event_view(const AlertEventRow& event) {
  json::object out;
  out["at"] = to_rfc3339(event.at);
  out["kind"] = event.kind;
  out["by"] = event.by.empty() ? json::value(nullptr) : json::value(event.by);
  out["text"] = event.text.empty() ? json::value(nullptr) : json::value(event.text);
  return out;
}

json::object silence_view(const Silence& silence, const AlertNames& names) {
  json::object out = to_json(silence);
  if (silence.subject) out["subject"] = subject_view(*silence.subject, names);
  return out;
}

std::string alert_event_data(const AlertEvent& event, const AlertNames& names) {
  return json::serialize(
      json::object{{"kind", to_string(event.kind)}, {"alert", alert_view(event.alert, names)}});
}

}  // namespace weir
