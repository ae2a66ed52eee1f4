// Settings in force and their versions: checked whole, stored with the pipeline's commit, then in force.
#include <algorithm>
#include <set>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "admin/alert_service.h"
#include "admin/alert_settings_json.h"
#include "admin/audit_change.h"
#include "admin/json_document.h"
#include "admin/notify_settings_json.h"
#include "alerts/alert_engine.h"
#include "base/joined.h"
#include "base/log.h"

namespace weir {
namespace {

namespace json = boost::json;

Result<void> check_escalation(const AlertSettings& settings, const NotifySettings& notify) {
  std::vector<std::string_view> names;
  for (const auto& channel : notify.channels) names.push_back(channel.name);
  for (std::size_t i = 0; i < settings.escalation.size(); ++i) {
    const auto& steps = settings.escalation[i].steps;
    for (std::size_t k = 0; k < steps.size(); ++k) {
      for (const std::string& name : steps[k].channels) {
        if (std::find(names.begin(), names.end(), name) != names.end()) continue;
        return fail(
            ErrorCode::kInvalid,
            fmt::format("escalation[{}].steps[{}].channels: there is no channel '{}'; there {}", i, k, name,
                        names.empty() ? "are none" : fmt::format("are {}", joined(names, ", "))));
      }
    }
  }
  return {};
}

Result<void> check_whole(const NewAlertSettings& wanted, const AlertSettingsVersion& held) {
  WEIR_TRY(validate(wanted.settings));
  if (wanted.notify) {
    if (const auto problems = problems_of(*wanted.notify); !problems.empty())
      return fail(ErrorCode::kInvalid, problems.front());
  }
  return check_escalation(wanted.settings, wanted.notify ? *wanted.notify : held.notify);
}

json::object shown(const AlertSettingsVersion& version) {
  json::object out = to_json(version.settings);
  for (auto& section : to_json(version.notify)) out.insert(section);
  return out;
}

bool same_secrets(const ChannelSettings& a, const ChannelSettings& b) {
  return a.url == b.url && a.secrets == b.secrets && a.token == b.token && a.routing_key == b.routing_key &&
         a.password == b.password;
}

/// Names of channels that have other secrets than before: what is shown of both is the same.
json::array changed_secrets(const NotifySettings& before, const NotifySettings& after) {
  json::array names;
  for (const ChannelSettings& channel : after.channels) {
    const auto was = std::find_if(before.channels.begin(), before.channels.end(),
                                  [&](const ChannelSettings& one) { return one.name == channel.name; });
    if (was != before.channels.end() && !same_secrets(*was, channel)) names.emplace_back(channel.name);
  }
  return names;
}

}  // namespace

AlertSettingsVersion AlertService::configured() {
  const std::lock_guard lock(mutex_);
  AlertSettingsVersion version;
  version.settings = parts_.configured;
  version.notify = parts_.configured_notify;
  return version;
}

Result<AlertSettingsVersion> AlertService::parse_version(const AlertSettingsRow& row) {
  AlertSettingsVersion version = configured();
  version.version = row.version;
  version.at = row.at;
  version.by = row.by;
  if (row.document.empty()) return version;
  WEIR_TRY_ASSIGN(settings, parse_alert_settings(row.document));
  version.settings = std::move(settings);
  version.set_by_api = true;
  WEIR_TRY_ASSIGN(document, parse_json_document(row.document));
  if (!document.as_object().contains("channels")) return version;
  WEIR_TRY_ASSIGN(notify, parse_notify_settings(document.get_object(), row.secrets));
  notify.allow_private_targets = version.notify.allow_private_targets;
  version.notify = std::move(notify);
  version.notify_set_by_api = true;
  return version;
}

Result<AlertSettingsVersion> AlertService::settings() {
  WEIR_TRY_ASSIGN(versions, parts_.store.settings(1));
  return versions.empty() ? configured() : parse_version(versions[0]);
}

Result<void> AlertService::load_settings() {
  auto held = settings();
  if (!held) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("the stored alert settings cannot be read: {}", held.error().detail));
  }
  if (held->notify_set_by_api) parts_.notifier.reconfigure(std::move(held->notify));
  return {};
}

Result<AlertSettingsVersion> AlertService::change_settings(const Actor& actor, AlertSettingsRow row,
                                                           const AlertSettingsVersion& held,
                                                           const AlertSettingsVersion& next,
                                                           std::string_view verb) {
  row.at = parts_.clock.utc();
  row.by = actor.name;
  // What runs on the pipeline's thread holds what it needs: the patience may end before it runs.
  json::object after = shown(next);
  if (auto names = changed_secrets(held.notify, next.notify); !names.empty())
    after["secrets_changed"] = std::move(names);
  WEIR_TRY(change(
      actor,
      [row = std::move(row), settings = next.settings, notify = next.notify,
       &notifier = parts_.notifier](AlertEngine& engine) -> Result<AlertChange> {
        engine.set_settings(settings);
        return AlertChange{.event = {}, .silence = {}, .settings = row, .stored = [&notifier, notify] {
                             notifier.reconfigure(notify);
                           }};
      },
      [entry = audit_update("alert_settings", "", shown(held), std::move(after), verb)](const AlertChange&) {
        return entry;
      }));
  return settings();
}

Result<AlertSettingsVersion> AlertService::put_settings(const Actor& actor, const AlertSettingsDraft& draft,
                                                        std::optional<std::uint64_t> expected) {
  const std::lock_guard one_at_a_time(changes_);
  WEIR_TRY_ASSIGN(held, settings());
  WEIR_TRY_ASSIGN(wanted, draft(held));
  WEIR_TRY(check_whole(wanted, held));
  if (expected && *expected != held.version) {
    return fail(ErrorCode::kConflict,
                fmt::format("version: is {} now{}, not {}: read the settings again", held.version,
                            held.by.empty() ? "" : fmt::format(" (by {})", held.by), *expected));
  }
  AlertSettingsVersion next = held;
  next.settings = std::move(wanted.settings);
  next.notify_set_by_api = held.notify_set_by_api || wanted.notify;
  if (wanted.notify) next.notify = *std::move(wanted.notify);
  AlertSettingsRow row;
  row.document = json::serialize(next.notify_set_by_api ? shown(next) : to_json(next.settings));
  if (next.notify_set_by_api) row.secrets = secrets_document(next.notify);
  return change_settings(actor, std::move(row), held, next, "update");
}

Result<AlertSettingsVersion> AlertService::reset_settings(const Actor& actor) {
  const std::lock_guard one_at_a_time(changes_);
  WEIR_TRY_ASSIGN(held, settings());
  WEIR_TRY_ASSIGN(now, change_settings(actor, {}, held, configured(), "reset"));
  log::info("alert settings are the configuration's again");
  return now;
}

Result<void> AlertService::set_configured(AlertSettings settings, NotifySettings notify) {
  const std::lock_guard one_at_a_time(changes_);
  {
    const std::lock_guard lock(mutex_);
    parts_.configured = std::move(settings);
    parts_.configured_notify = std::move(notify);
  }
  WEIR_TRY_ASSIGN(held, this->settings());
  if (held.notify_set_by_api)
    log::info("channels were set through the API, the configuration's are not in force");
  parts_.notifier.reconfigure(std::move(held.notify));  // where messages may go is the configuration's alone
  return {};
}

}  // namespace weir
