// `weir usage summary|top|timeseries`: usage from the roll-ups, as tables with bars.
#include <algorithm>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/human.h"
#include "app/output.h"
#include "app/plot.h"
#include "app/usage_flags.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr std::size_t kBarWidth = 16;
const std::vector<std::string> kGroupings = {"key", "user", "endpoint", "status", "method", "outcome"};
const std::vector<std::string> kOrders = {"requests", "errors", "error_rate", "limited", "bytes", "mean",
                                          "p50",      "p90",    "p95",        "p99",     "max"};

struct SummaryFlags {
  UsageFlags usage;
  std::string group_by;
  std::string order;
  std::string step;
  unsigned limit = 0;
  bool compare = false;

  [[nodiscard]] std::string query() const {
    return query_part("group_by", group_by) + query_part("order", order) + query_part("step", step) +
           query_part("limit", limit == 0 ? "" : std::to_string(limit)) +
           query_part("compare", compare ? "previous" : "");
  }
};

double decimal(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

const json::object& part(const json::object& object, std::string_view name) {
  static const json::object kNone;
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_object() ? value->get_object() : kNone;
}

std::string took(const json::object& totals, std::string_view name) {
  return human_seconds(decimal(part(totals, "response_time"), name));
}

/// "+25 %", "-3 %"; "new" where there was nothing before.
std::string change_text(const json::object& change, const json::object& totals) {
  const json::value* value = change.if_contains("requests");
  if (value == nullptr || !value->is_number()) return number_of(totals, "requests") > 0 ? "new" : "";
  return fmt::format("{:+.0f} %", value->to_number<double>() * 100);
}

std::string name_of(const json::object& group, std::string_view group_by) {
  const std::string name = text_of(group, "name");
  const std::string id = text_of(group, "id");
  if (group_by == "key" || group_by == "user") {
    if (id.empty()) return group_by == "key" ? "(no key)" : "(nobody)";
    return name.empty() ? fmt::format("{} (deleted)", id) : fmt::format("{} {}", id, name);
  }
  return name.empty() ? "(other)" : name;
}

std::vector<std::string> cells(const json::object& totals) {
  return {grouped(number_of(totals, "requests")),
          grouped(number_of(totals, "errors")),
          fmt::format("{:.1f} %", decimal(totals, "error_rate") * 100),
          grouped(number_of(totals, "limited")),
          human_bytes(number_of(totals, "bytes")),
          took(totals, "p50"),
          took(totals, "p95"),
          took(totals, "p99"),
          took(totals, "max")};
}

Table make_table(const std::string& first, bool compared) {
  std::vector<Column> columns = {{first, Align::kLeft, 12},  {"REQUESTS", Align::kRight},
                                 {"ERRORS", Align::kRight},  {"RATE", Align::kRight},
                                 {"LIMITED", Align::kRight}, {"BYTES", Align::kRight},
                                 {"P50", Align::kRight},     {"P95", Align::kRight},
                                 {"P99", Align::kRight},     {"MAX", Align::kRight}};
  if (compared) columns.push_back({"CHANGE", Align::kRight});
  columns.push_back({""});
  return Table(std::move(columns));
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

void print_range(const json::object& answer) {
  print(
      fmt::format("{} to {} UTC\n", plain_time(text_of(answer, "from")), plain_time(text_of(answer, "to"))));
}

void print_summary(const json::object& answer) {
  const std::string group_by = text_of(answer, "group_by");
  const bool compared = answer.contains("change");
  const auto items = items_of(answer);
  Table table = make_table(group_by.empty() ? "" : upper(group_by), compared);
  double largest = 0;
  for (const auto& item : items) largest = std::max(largest, decimal(item, "requests"));
  const auto add = [&](std::string name, const json::object& totals, const json::object& change,
                       std::string bar) {
    auto row = cells(totals);
    row.insert(row.begin(), std::move(name));
    if (compared) row.push_back(change_text(change, totals));
    row.push_back(std::move(bar));
    table.add(std::move(row));
  };
  for (const auto& item : items) {
    add(name_of(item, group_by), item, part(item, "change"),
        bar(decimal(item, "requests"), largest, kBarWidth));
  }
  add("total", part(answer, "total"), part(answer, "change"), "");
  print_range(answer);
  print(table);
  if (const auto groups = number_of(answer, "groups"); groups > items.size())
    print(fmt::format("{} of {}: --limit shows more\n", items.size(), grouped(groups)));
}

std::vector<json::object> points_of(const json::object& series) {
  return items_of(json::object{{"items", series.contains("points") ? series.at("points") : json::array()}});
}

void print_points(const json::object& series) {
  Table table = make_table("TIME (UTC)", false);
  double largest = 0;
  const auto points = points_of(series);
  for (const auto& point : points) largest = std::max(largest, decimal(point, "requests"));
  for (const auto& point : points) {
    auto row = cells(point);
    row.insert(row.begin(), plain_time(text_of(point, "at")));
    row.push_back(bar(decimal(point, "requests"), largest, kBarWidth));
    table.add(std::move(row));
  }
  print(table);
}

void print_lines(const json::object& answer) {
  const std::string group_by = text_of(answer, "group_by");
  Table table(
      {{upper(group_by), Align::kLeft, 12}, {"REQUESTS", Align::kRight}, {"PEAK", Align::kRight}, {""}});
  for (const auto& series : items_of(answer)) {
    std::vector<double> values;
    double sum = 0;
    for (const auto& point : points_of(series)) values.push_back(decimal(point, "requests"));
    for (const double value : values) sum += value;
    const double peak = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
    table.add({name_of(series, group_by), grouped(static_cast<std::uint64_t>(sum)),
               grouped(static_cast<std::uint64_t>(peak)), sparkline(values, 60)});
  }
  print(table);
}

void print_timeseries(const json::object& answer) {
  print_range(answer);
  if (!text_of(answer, "group_by").empty()) return print_lines(answer);
  for (const auto& series : items_of(answer)) print_points(series);
}

using Show = void (*)(const json::object&);

CLI::App& add_question(CLI::App& usage, Commands& commands, const std::shared_ptr<SummaryFlags>& flags,
                       const std::string& name, const std::string& description, const std::string& examples,
                       Show show) {
  auto& command =
      add_client_command(usage, commands, name, description, examples,
                         [flags, name, show](AdminClient& client, bool as_json) -> Result<void> {
                           WEIR_TRY_ASSIGN(filters, usage_query(flags->usage, client, SystemClock().utc()));
                           std::string query = flags->query() + filters;
                           if (!query.empty()) query[0] = '?';
                           WEIR_TRY_ASSIGN(answer, client.get(fmt::format("/usage/{}{}", name, query)));
                           if (as_json)
                             print_json(answer);
                           else if (answer.is_object())
                             show(answer.get_object());
                           return {};
                         });
  add_usage_flags(command, flags->usage);
  command.add_option("--order", flags->order, "The largest first: requests, errors, p95, …")
      ->check(CLI::IsMember(kOrders))
      ->type_name("BY");
  return command;
}

}  // namespace

void add_summary_commands(CLI::App& usage, Commands& commands) {
  const auto summary_flags = std::make_shared<SummaryFlags>();
  auto& summary = add_question(
      usage, commands, summary_flags, "summary",
      "Sum up a time, in total or by group; the last 24 hours unless said",
      "weir usage summary --group-by key\nweir usage summary --from 7d --compare\n"
      "weir usage summary --group-by endpoint --order p95 --key 7 --from 2026-11-01 --to 2026-12-01 --json",
      print_summary);
  const auto top_flags = std::make_shared<SummaryFlags>();
  auto& top = add_question(
      usage, commands, top_flags, "top", "The busiest or slowest endpoints, keys, users, …",
      "weir usage top\nweir usage top key --from 1h\nweir usage top endpoint --order p99 --limit 5",
      print_summary);
  top.add_option("what", top_flags->group_by, "endpoint (unless said), key, user, status, method or outcome")
      ->check(CLI::IsMember(kGroupings));
  const auto series_flags = std::make_shared<SummaryFlags>();
  auto& series = add_question(usage, commands, series_flags, "timeseries",
                              "Usage by time, in total or a line for each group",
                              "weir usage timeseries\nweir usage timeseries --step 5m --from 2h\nweir usage "
                              "timeseries --group-by key --from 7d",
                              print_timeseries);
  series.add_option("--step", series_flags->step, "The time a point stands for: 5m, 1h, 1d")
      ->type_name("TIME");
  for (const auto& [command, flags] :
       {std::pair(&summary, summary_flags), std::pair(&series, series_flags)}) {
    command->add_option("--group-by", flags->group_by, "key, user, endpoint, status, method or outcome")
        ->check(CLI::IsMember(kGroupings))
        ->type_name("WHAT");
  }
  for (const auto& [command, flags] : {std::pair(&summary, summary_flags), std::pair(&top, top_flags)}) {
    command->add_flag("--compare", flags->compare, "With the time of the same length before");
    command->add_option("--limit", flags->limit, "At most so many groups")->check(CLI::Range(1, 1000));
  }
  series.add_option("--limit", series_flags->limit, "At most so many lines")->check(CLI::Range(1, 50));
}

}  // namespace weir
