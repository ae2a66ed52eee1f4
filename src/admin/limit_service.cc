#include "admin/limit_service.h"

#include <fmt/format.h>

#include "admin/audit_change.h"
#include "admin/json_document.h"
#include "admin/json_text.h"
#include "admin/limit_json.h"
#include "base/log.h"

namespace weir {
namespace {

constexpr std::string_view kSettingName = "limits";
constexpr std::string_view kNoneSet = "null";  // stored when limits are the configuration's again
constexpr std::size_t kShownKeysMax = 5;

Result<LimitSettings> parse_stored(const std::string& text) {
  WEIR_TRY_ASSIGN(value, parse_json_document(text));
  FieldProblems problems;
  ObjectReader reader(value, problems);
  auto settings = read_limit_settings(reader);
  reader.finish();
  WEIR_TRY(problems.result());
  WEIR_TRY(validate(settings));
  return settings;
}

}  // namespace

LimitService::LimitService(Parts parts) : parts_(std::move(parts)) {
  current_.settings = parts_.configured;
}

Result<void> LimitService::load() {
  WEIR_TRY_ASSIGN(stored, parts_.settings.get(kSettingName));
  if (!stored || *stored == kNoneSet) return {};
  auto settings = parse_stored(*stored);
  if (!settings) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("the stored limits cannot be read: {}", settings.error().detail));
  }
  WEIR_TRY(parts_.limiter.reconfigure(*settings));
  set_current(*settings, true);
  return {};
}

LimitService::Current LimitService::current() const {
  const std::scoped_lock lock(mutex_);
  return current_;
}

void LimitService::set_current(const LimitSettings& next, bool set_by_api) {
  {
    const std::scoped_lock lock(mutex_);
    current_ = {next, set_by_api};
  }
  if (parts_.changed) parts_.changed(next);
}

Result<void> LimitService::check_replaceable(const LimitSettings& next) {
  WEIR_TRY(validate(next));
  for (const auto& [plan, overrides] : current().settings.plans) {
    const auto uses = parts_.registry.count_with_plan(plan);
    if (uses == 0 || next.plans.contains(plan)) continue;
    WEIR_TRY_ASSIGN(keys, parts_.registry.some_with_plan(plan, kShownKeysMax));
    std::string shown;
    for (const auto key : keys) shown += fmt::format("{}{}", shown.empty() ? "" : ", ", key.value());
    return fail(
        ErrorCode::kConflict,
        fmt::format("limits.plans: '{}' cannot go: {} {} it ({}{}); give them another plan first", plan, uses,
                    uses == 1 ? "key uses" : "keys use", shown, uses > keys.size() ? ", …" : ""));
  }
  return {};
}

Result<void> LimitService::change_to(const Actor& actor, const LimitSettings& next, std::string_view document,
                                     std::string_view verb) {
  WEIR_TRY(parts_.limiter.reconfigure(next));
  const auto stored = parts_.audit.change(actor, [&]() -> Result<AuditChange> {
    WEIR_TRY(parts_.settings.put(kSettingName, document));
    return audit_update("limits", "", to_json(current().settings), to_json(next), verb);
  });
  if (!stored) {
    if (auto back = parts_.limiter.reconfigure(current().settings); !back) return back;
    return stored;
  }
  return {};
}

Result<void> LimitService::replace(const Actor& actor, const LimitSettings& settings) {
  const std::scoped_lock lock(parts_.changes);
  WEIR_TRY(check_replaceable(settings));
  WEIR_TRY(change_to(actor, settings, to_json_text(to_json(settings)), "update"));
  set_current(settings, true);
  log::info("limits were set", {{"windows", settings.windows.size()}, {"plans", settings.plans.size()}});
  return {};
}

Result<void> LimitService::reset(const Actor& actor) {
  const std::scoped_lock lock(parts_.changes);
  WEIR_TRY(check_replaceable(parts_.configured));
  WEIR_TRY(change_to(actor, parts_.configured, kNoneSet, "reset"));
  set_current(parts_.configured, false);
  log::info("limits are the configuration's again");
  return {};
}

Result<void> LimitService::set_configured(const LimitSettings& settings) {
  const std::scoped_lock lock(parts_.changes);
  WEIR_TRY(validate(settings));
  if (current().set_by_api) {
    parts_.configured = settings;
    log::info("limits were set through the API, the configuration's are not in force");
    return {};
  }
  WEIR_TRY(check_replaceable(settings));
  WEIR_TRY(parts_.limiter.reconfigure(settings));
  parts_.configured = settings;
  set_current(settings, false);
  return {};
}

}  // namespace weir
