#include "admin/alert_service.h"

#include <algorithm>
#include <memory>

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "admin/audit_change.h"
#include "alerts/alert_engine.h"
#include "alerts/alert_json.h"
#include "alerts/lifecycle.h"
#include "alerts/silences.h"

namespace weir {
namespace {

namespace json = boost::json;

/// Does something with an alert that may be resolved: then with the kept one.
template <class Change>
Result<AlertChange> change_any(AlertEngine& engine, AlertStore& store, AlertId id, Change change) {
  if (ActiveAlert* active = engine.book().find(id)) {
    WEIR_TRY_ASSIGN(event, change(active->alert));
    active->changed = true;
    return AlertChange{.event = std::move(event), .silence = {}, .settings = {}};
  }
  WEIR_TRY_ASSIGN(row, store.get(id));
  WEIR_TRY_ASSIGN(entry, from_row(row));
  WEIR_TRY_ASSIGN(event, change(entry.alert));
  return AlertChange{.event = std::move(event), .silence = {}, .settings = {}};
}

AlertChange change_of(AlertEvent event) {
  return {.event = std::move(event), .silence = {}, .settings = {}};
}

void judge_call(const AlertEngine& engine, const AlertSubject& subject, double seconds,
                std::vector<CallFinding>& findings) {
  constexpr auto kType = AlertType::kResponseTime;
  const AlertRule rule = engine.rules().rule_for(kType, subject);
  if (!rule.enabled) return;
  const JudgedValue judged = judge(kType, rule, seconds);
  if (judged.level < AlertLevel::kWarning) return;
  findings.push_back(
      {.type = kType,
       .severity = judged.level == AlertLevel::kCritical ? AlertSeverity::kCritical : AlertSeverity::kWarning,
       .subject = subject,
       .value = seconds,
       .threshold = judged.threshold});
}

/// Its views live as long as `call`.
UsageRecord record_of(const ReportedCall& call, UtcTime now) {
  UsageRecord record;
  record.at = now - call.response_time;
  record.key = call.key;
  record.status = call.status;
  record.response_time = call.response_time;
  record.upstream_time = call.response_time;
  record.path = call.endpoint;
  return record;
}

}  // namespace

Result<AlertChange> AlertService::change(const Actor& actor, AlertRequest request, Describe describe) {
  return parts_.desk.ask(
      [request = std::move(request), describe = std::move(describe), actor,
       &audit = parts_.audit](AlertEngine& engine) -> Result<AlertChange> {
        WEIR_TRY_ASSIGN(change, request(engine));
        change.audit = audit.entry(actor, describe(change));
        return change;
      },
      kAlertPatience);
}

Result<Alert> AlertService::act(const Actor& actor, AlertId id, std::string_view verb, AlertRequest request) {
  WEIR_TRY_ASSIGN(changed,
                  change(actor, std::move(request), [id, verb = std::string(verb)](const AlertChange& made) {
                    json::object after{{"state", to_string(made.event->alert.state)}};
                    if (!made.event->text.empty()) after["comment"] = made.event->text;
                    return audit_update("alert", std::to_string(id.value()), {}, std::move(after), verb);
                  }));
  return std::move(changed.event->alert);
}

Result<Alert> AlertService::acknowledge(const Actor& actor, AlertId id, std::string comment,
                                        std::optional<UtcTime> until) {
  const AlertAction action{.by = actor.name, .text = std::move(comment), .at = parts_.clock.utc()};
  return act(actor, id, "acknowledge", [id, action, until](AlertEngine& engine) -> Result<AlertChange> {
    WEIR_TRY_ASSIGN(event, weir::acknowledge(engine.book(), id, action, until));
    return change_of(std::move(event));
  });
}

Result<Alert> AlertService::resolve(const Actor& actor, AlertId id, std::string comment) {
  const AlertAction action{.by = actor.name, .text = std::move(comment), .at = parts_.clock.utc()};
  return act(actor, id, "resolve", [id, action](AlertEngine& engine) -> Result<AlertChange> {
    WEIR_TRY_ASSIGN(event, weir::resolve(engine.book(), id, action));
    return change_of(std::move(event));
  });
}

Result<Alert> AlertService::comment(const Actor& actor, AlertId id, std::string comment) {
  const AlertAction action{.by = actor.name, .text = std::move(comment), .at = parts_.clock.utc()};
  return act(actor, id, "comment", [this, id, action](AlertEngine& engine) {
    return change_any(engine, parts_.store, id,
                      [&action](Alert& alert) { return weir::comment(alert, action); });
  });
}

Result<Alert> AlertService::mark_false_positive(const Actor& actor, AlertId id, bool is_false,
                                                std::string comment) {
  const AlertAction action{.by = actor.name, .text = std::move(comment), .at = parts_.clock.utc()};
  return act(actor, id, is_false ? "mark_false_positive" : "unmark_false_positive",
             [this, id, is_false, action](AlertEngine& engine) {
               return change_any(engine, parts_.store, id, [&](Alert& alert) {
                 return weir::mark_false_positive(alert, is_false, action);
               });
             });
}

Result<std::vector<Silence>> AlertService::silences() {
  const auto found = std::make_shared<std::vector<Silence>>();
  WEIR_TRY(parts_.desk.ask(
      [found](AlertEngine& engine) -> Result<AlertChange> {
        *found = engine.book().silences;
        return AlertChange{};
      },
      kAlertPatience));
  return std::move(*found);
}

Result<std::vector<Alert>> AlertService::muted_by(const Silence& silence) {
  const auto muted = std::make_shared<std::vector<Alert>>();
  WEIR_TRY(parts_.desk.ask(
      [muted, silence](AlertEngine& engine) -> Result<AlertChange> {
        for (const auto& [place, entry] : engine.book().active) {
          if (matches(silence, entry.alert)) muted->push_back(entry.alert);
        }
        return AlertChange{};
      },
      kAlertPatience));
  return std::move(*muted);
}

Result<Silence> AlertService::add_silence(const Actor& actor, Silence silence) {
  silence.by = actor.name;
  WEIR_TRY(validate(silence));
  WEIR_TRY_ASSIGN(made, change(
                            actor,
                            [silence](AlertEngine& engine) -> Result<AlertChange> {
                              AlertBook& book = engine.book();
                              if (book.silences.size() >= kSilencesMax) {
                                return fail(ErrorCode::kFull, fmt::format("there are {} silences already: "
                                                                          "end some first",
                                                                          kSilencesMax));
                              }
                              Silence made = silence;
                              made.id = SilenceId(++book.last_silence_id);
                              book.silences.push_back(made);
                              return AlertChange{.event = {}, .silence = std::move(made), .settings = {}};
                            },
                            [](const AlertChange& added) {
                              return audit_create("silence", std::to_string(added.silence->id.value()),
                                                  to_json(*added.silence));
                            }));
  return *std::move(made.silence);
}

Result<void> AlertService::end_silence(const Actor& actor, SilenceId id) {
  const UtcTime now = parts_.clock.utc();
  WEIR_TRY(change(
      actor,
      [id, now](AlertEngine& engine) -> Result<AlertChange> {
        auto& silences = engine.book().silences;
        const auto found = std::find_if(silences.begin(), silences.end(),
                                        [id](const Silence& silence) { return silence.id == id; });
        if (found == silences.end() || found->to <= now)
          return fail(ErrorCode::kNotFound, fmt::format("no silence {} that has not ended", id.value()));
        AlertChange ended{.event = {}, .silence = *found, .settings = {}};
        if (found->from >= now)
          silences.erase(found);
        else
          found->to = now;
        return ended;
      },
      [id](const AlertChange& ended) {
        return audit_delete("silence", std::to_string(id.value()), to_json(*ended.silence));
      }));
  return {};
}

Result<CheckedCall> AlertService::check(const ReportedCall& call) {
  EndpointId endpoint;
  static_cast<void>(parts_.endpoint_names()->find(call.endpoint, endpoint));
  const auto checked = std::make_shared<CheckedCall>();
  WEIR_TRY(parts_.desk.ask(
      [checked, call, endpoint, now = parts_.clock.utc()](AlertEngine& engine) -> Result<AlertChange> {
        std::vector<AlertSubject> subjects;
        if (call.key != KeyId()) subjects.push_back(AlertSubject::key(call.key));
        if (endpoint != EndpointId()) subjects.push_back(AlertSubject::endpoint(endpoint));
        const double seconds = std::chrono::duration<double>(call.response_time).count();
        for (const AlertSubject& subject : subjects) judge_call(engine, subject, seconds, checked->findings);
        if (call.counts) engine.add(record_of(call, now), endpoint);
        subjects.push_back(AlertSubject::overall());
        for (const auto& [place, entry] : engine.book().active) {
          if (std::find(subjects.begin(), subjects.end(), place.second) != subjects.end())
            checked->alerts.push_back(entry.alert);
        }
        return AlertChange{};
      },
      kAlertPatience));
  return std::move(*checked);
}

}  // namespace weir
