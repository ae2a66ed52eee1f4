#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/human.h"
#include "app/limit_changes.h"
#include "app/output.h"
#include "base/quantity.h"

namespace weir {
namespace {

namespace json = boost::json;

std::string limit_text(const json::object& object, std::string_view name) {
  const json::value* limit = object.if_contains(name);
  if (limit == nullptr) return "-";
  return limit->is_null() ? "unlimited" : grouped(number_of(object, name));
}

void print_limits(const json::value& answer) {
  if (!answer.is_object()) return;
  const json::object& limits = answer.get_object();
  const json::value empty = json::array();
  const json::value* windows = limits.if_contains("windows");
  const auto list = items_of(windows == nullptr ? empty : *windows);
  print(fmt::format("Algorithm: {}{}\n\n", text_of(limits, "algorithm"),
                    flag_of(limits, "shadow", false) ? ", in shadow mode: nobody is refused" : ""));

  std::vector<Column> columns{{"WINDOW"}, {"LENGTH", Align::kRight}, {"LIMIT", Align::kRight}};
  const json::value* plans = limits.if_contains("plans");
  std::vector<json::object> of_plans;
  if (plans != nullptr && plans->is_object()) {
    for (const auto& [name, plan] : plans->get_object()) {
      columns.push_back({"PLAN " + printable(std::string_view(name), 24), Align::kRight});
      of_plans.push_back(plan.is_object() ? plan.get_object() : json::object());
    }
  }
  Table table(std::move(columns));
  for (const auto& window : list) {
    std::vector<std::string> row{
        text_of(window, "name"),
        format_duration(Seconds(static_cast<std::int64_t>(number_of(window, "seconds")))),
        limit_text(window, "limit")};
    for (const auto& plan : of_plans) row.push_back(limit_text(plan, row[0]));
    table.add(std::move(row));
  }
  print(table);
}

void add_set(CLI::App& group, Commands& commands) {
  auto changes = std::make_shared<LimitChanges>();
  auto reset = std::make_shared<bool>(false);
  auto& command = add_client_command(
      group, commands, "set", "Change the limits in force; what is not named stays",
      "weir limits set --limit minute=200 --limit day=unlimited\n"
      "weir limits set --plan partner:minute=1000 --plan partner:hour=20000\n"
      "weir limits set --window second=1s:10 --algorithm sliding\n"
      "weir limits set --shadow true       # count and report, refuse nobody\n"
      "Limits set here win over those of the configuration file until --reset.",
      [changes, reset](AdminClient& client, bool as_json) -> Result<void> {
        if (*reset) {
          WEIR_TRY_ASSIGN(configured, client.remove("/limits"));
          if (as_json)
            print_json(configured);
          else
            print_limits(configured);
          return {};
        }
        if (changes->empty()) {
          return fail(ErrorCode::kInvalid, "nothing to change is named: see `weir limits set --help`");
        }
        WEIR_TRY_ASSIGN(current, client.get("/limits"));
        if (!current.is_object())
          return fail(ErrorCode::kInternal, "the server's limits have an unknown shape");
        WEIR_TRY_ASSIGN(wanted, apply_limit_changes(current.get_object(), *changes));
        WEIR_TRY_ASSIGN(answer, client.send("PUT", "/limits", wanted));
        if (as_json)
          print_json(answer);
        else
          print_limits(answer.is_object() ? answer : json::value(wanted));
        return {};
      });
  const auto many = [&](const char* name, std::vector<std::string>& target, const char* description,
                        const char* type) {
    command.add_option(name, target, description)->type_name(type)->allow_extra_args(false);
  };
  command.add_option("--algorithm", changes->algorithm, "fixed or sliding")
      ->check(CLI::IsMember({"fixed", "sliding"}));
  command.add_option("--shadow", changes->shadow, "true: count and report, refuse nobody")->type_name("BOOL");
  many("--limit", changes->limits, "The limit of a window there is", "W=N");
  many("--window", changes->windows, "A window, new or changed: its length and limit", "W=TIME:N");
  many("--remove-window", changes->removed_windows, "Take a window away", "W");
  many("--plan", changes->plans, "A plan's limit for a window", "P:W=N");
  many("--remove-plan", changes->removed_plans, "Take a plan away", "P");
  command.add_flag("--reset", *reset, "Back to the limits of the configuration file");
}

}  // namespace

void add_limits_commands(CLI::App& app, Commands& commands) {
  CLI::App& group = add_group(app, "limits", "Windows, limits and plans");
  add_client_command(group, commands, "show", "Show the limits in force",
                     "weir limits show\nweir limits show --json",
                     [](AdminClient& client, bool as_json) -> Result<void> {
                       WEIR_TRY_ASSIGN(limits, client.get("/limits"));
                       if (as_json)
                         print_json(limits);
                       else
                         print_limits(limits);
                       return {};
                     });
  add_set(group, commands);
}

}  // namespace weir
