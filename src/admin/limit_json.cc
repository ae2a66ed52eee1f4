#include "admin/limit_json.h"

#include <fmt/format.h>

namespace weir {
namespace {

constexpr std::size_t kWindowsReadMax = 100;  // more than validate allows, so that its sentence is the answer
constexpr std::uint64_t kSecondsReadMax = 0xFFFF'FFFF;

std::uint32_t read_limit(ObjectReader& reader, std::string_view name) {
  if (reader.is_null(name)) return kUnlimited;
  return static_cast<std::uint32_t>(reader.integer(name, 0, kUnlimited - 1).value_or(0));
}

LimitWindow read_window(const boost::json::value& value, FieldProblems& problems, std::string path) {
  LimitWindow window;
  ObjectReader reader(value, problems, std::move(path));
  for (const auto* name : {"name", "seconds", "limit"}) reader.require(name);
  window.name = reader.text("name", {.min = 1, .max = 64}).value_or("");
  window.seconds = static_cast<std::uint32_t>(reader.integer("seconds", 0, kSecondsReadMax).value_or(0));
  window.limit = read_limit(reader, "limit");
  reader.finish();
  return window;
}

}  // namespace

boost::json::value limit_to_json(std::uint32_t limit) {
  if (limit == kUnlimited) return nullptr;
  return limit;
}

boost::json::object overrides_to_json(const LimitOverrides& overrides) {
  boost::json::object out;
  for (const auto& [window, limit] : overrides) out[window] = limit_to_json(limit);
  return out;
}

boost::json::object to_json(const LimitSettings& settings) {
  boost::json::array windows;
  for (const auto& window : settings.windows) {
    windows.push_back(
        {{"name", window.name}, {"seconds", window.seconds}, {"limit", limit_to_json(window.limit)}});
  }
  boost::json::object plans;
  for (const auto& [name, overrides] : settings.plans) plans[name] = overrides_to_json(overrides);
  boost::json::object out;
  out["algorithm"] = to_string(settings.algorithm);
  out["shadow"] = settings.shadow;
  out["windows"] = std::move(windows);
  out["plans"] = std::move(plans);
  return out;
}

void read_limit_source(ObjectReader& reader) {
  const auto source = reader.text("source", {.min = 1, .max = 32});
  if (!source || *source == kLimitsFromApi || *source == kLimitsFromFile) return;
  reader.problem("source",
                 fmt::format("must be {} or {}, but is '{}'", kLimitsFromFile, kLimitsFromApi, *source));
}

std::optional<LimitOverrides> read_overrides(ObjectReader& reader, std::string_view name) {
  auto object = reader.object(name);
  if (!object) return std::nullopt;
  LimitOverrides overrides;
  for (const auto& window : object->names()) overrides[window] = read_limit(*object, window);
  return overrides;
}

LimitSettings read_limit_settings(ObjectReader& reader) {
  LimitSettings settings;
  if (const auto name = reader.text("algorithm", {.min = 1, .max = 64})) {
    if (const auto algorithm = parse_limit_algorithm(*name))
      settings.algorithm = *algorithm;
    else
      reader.problem("algorithm", fmt::format("must be fixed or sliding, but is '{}'", *name));
  }
  settings.shadow = reader.flag("shadow").value_or(false);
  settings.windows.clear();
  reader.require("windows");
  if (const auto* windows = reader.list("windows", kWindowsReadMax)) {
    for (std::size_t i = 0; i < windows->size(); ++i) {
      settings.windows.push_back(
          read_window((*windows)[i], reader.problems(), fmt::format("{}[{}]", reader.path_of("windows"), i)));
    }
  }
  if (auto plans = reader.object("plans")) {
    for (const auto& plan : plans->names()) {
      if (auto overrides = read_overrides(*plans, plan)) settings.plans.emplace(plan, std::move(*overrides));
    }
  }
  return settings;
}

}  // namespace weir
