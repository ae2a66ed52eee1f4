#include "app/limit_changes.h"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/key_flags.h"
#include "app/output.h"
#include "base/quantity.h"

namespace weir {
namespace {

namespace json = boost::json;

json::array& windows_of(json::object& limits) {
  auto& windows = limits["windows"];
  if (!windows.is_array()) windows.emplace_array();
  return windows.get_array();
}

json::object* find_window(json::object& limits, std::string_view name) {
  for (auto& window : windows_of(limits)) {
    if (window.is_object() && text_of(window.get_object(), "name") == name) return &window.get_object();
  }
  return nullptr;
}

tl::unexpected<Error> no_window(json::object& limits, std::string_view name) {
  std::string names;
  for (const auto& window : windows_of(limits)) {
    if (window.is_object()) names += (names.empty() ? "" : ", ") + text_of(window.get_object(), "name");
  }
  return fail(ErrorCode::kInvalid,
              fmt::format("there is no window '{}': there are {}", name.substr(0, 64), names));
}

Result<void> set_limit(json::object& limits, std::string_view text) {
  WEIR_TRY_ASSIGN(limit, parse_limit_flag(text));
  json::object* window = find_window(limits, limit.first);
  if (window == nullptr) return no_window(limits, limit.first);
  (*window)["limit"] = limit.second;
  return {};
}

/// "second=1s:10"
Result<void> set_window(json::object& limits, std::string_view text) {
  const auto equals = text.find('=');
  const auto colon = text.find(':', equals == std::string_view::npos ? 0 : equals);
  if (equals == std::string_view::npos || colon == std::string_view::npos) {
    return fail(ErrorCode::kInvalid,
                fmt::format("--window is NAME=TIME:LIMIT, as in second=1s:10, not '{}'", text.substr(0, 64)));
  }
  const std::string name(text.substr(0, equals));
  WEIR_TRY_ASSIGN(length, parse_duration(text.substr(equals + 1, colon - equals - 1)));
  WEIR_TRY_ASSIGN(limit, parse_limit_flag(fmt::format("{}={}", name, text.substr(colon + 1))));
  if (length % Seconds(1) != Millis(0)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("--window {}: a window is whole seconds long", text.substr(0, 64)));
  }
  json::object* window = find_window(limits, name);
  if (window == nullptr) {
    windows_of(limits).push_back(json::object{{"name", name}});
    window = &windows_of(limits).back().get_object();
  }
  (*window)["seconds"] = std::chrono::duration_cast<Seconds>(length).count();
  (*window)["limit"] = limit.second;
  return {};
}

Result<void> remove_window(json::object& limits, const std::string& name) {
  if (find_window(limits, name) == nullptr) return no_window(limits, name);
  auto& windows = windows_of(limits);
  for (auto it = windows.begin(); it != windows.end(); ++it) {
    if (text_of(it->get_object(), "name") != name) continue;
    windows.erase(it);
    break;
  }
  return {};
}

json::object& plans_of(json::object& limits) {
  auto& plans = limits["plans"];
  if (!plans.is_object()) plans.emplace_object();
  return plans.get_object();
}

/// "partner:minute=1000"
Result<void> set_plan(json::object& limits, std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return fail(
        ErrorCode::kInvalid,
        fmt::format("--plan is PLAN:WINDOW=NUMBER, as in partner:minute=1000, not '{}'", text.substr(0, 64)));
  }
  WEIR_TRY_ASSIGN(limit, parse_limit_flag(text.substr(colon + 1)));
  if (find_window(limits, limit.first) == nullptr) return no_window(limits, limit.first);
  auto& plan = plans_of(limits)[text.substr(0, colon)];
  if (!plan.is_object()) plan.emplace_object();
  plan.get_object()[limit.first] = limit.second;
  return {};
}

}  // namespace

bool LimitChanges::empty() const {
  return !algorithm && !shadow && limits.empty() && windows.empty() && removed_windows.empty() &&
         plans.empty() && removed_plans.empty();
}

Result<json::object> apply_limit_changes(json::object limits, const LimitChanges& changes) {
  if (changes.algorithm) limits["algorithm"] = *changes.algorithm;
  if (changes.shadow) limits["shadow"] = *changes.shadow;
  for (const auto& name : changes.removed_windows) WEIR_TRY(remove_window(limits, name));
  for (const auto& text : changes.windows) WEIR_TRY(set_window(limits, text));
  for (const auto& text : changes.limits) WEIR_TRY(set_limit(limits, text));
  for (const auto& name : changes.removed_plans) {
    if (plans_of(limits).erase(name) == 0) {
      return fail(ErrorCode::kInvalid, fmt::format("there is no plan '{}'", name.substr(0, 64)));
    }
  }
  for (const auto& text : changes.plans) WEIR_TRY(set_plan(limits, text));
  return limits;
}

}  // namespace weir
