#include "app/import_totals.h"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "app/human.h"
#include "app/output.h"

namespace weir {
namespace {

namespace json = boost::json;

/// "1 call is", "2 calls are".
std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(count), count == 1 ? one : many);
}

}  // namespace

Result<json::object> object_of(const json::value& value) {
  if (value.is_object()) return value.get_object();
  return fail(ErrorCode::kInternal,
              "the server's answer has not the shape it should: is it a weir of this version?");
}

Result<void> ImportTotals::add(const json::object& answer) {
  const auto* value = answer.if_contains("report");
  WEIR_TRY_ASSIGN(report, object_of(value == nullptr ? json::value() : *value));
  calls += number_of(report, "calls");
  unreadable += number_of(report, "unreadable");
  without_key += number_of(report, "without_key");
  unknown_keys += number_of(report, "unknown_keys");
  not_kept += number_of(report, "not_kept");
  const auto* found = report.if_contains("problems");
  if (found == nullptr || !found->is_array()) return {};
  for (const auto& problem : found->get_array()) {
    if (problems.size() == kProblemsShown) break;
    WEIR_TRY_ASSIGN(fields, object_of(problem));
    problems.push_back(
        fmt::format("the line at byte {}: {}", number_of(fields, "offset"), text_of(fields, "reason")));
  }
  return {};
}

json::object ImportTotals::to_json(std::uint64_t import_id) const {
  json::object out{{"import_id", nullptr},
                   {"resumed_at", resumed_at},
                   {"calls", calls},
                   {"unreadable", unreadable},
                   {"without_key", without_key},
                   {"unknown_keys", unknown_keys},
                   {"not_kept", not_kept},
                   {"unfinished_bytes", unfinished_bytes}};
  if (import_id != 0) out["import_id"] = import_id;
  return out;
}

std::string ImportTotals::to_text() const {
  std::string text;
  if (resumed_at > 0)
    text += fmt::format("Went on at byte {}: what is before it was imported already.\n", grouped(resumed_at));
  text += counted(calls, "call is imported.\n", "calls are imported.\n");
  if (without_key > 0) text += counted(without_key, "of them belongs", "of them belong") + " to no key.\n";
  if (unknown_keys > 0) {
    text += counted(unknown_keys, "of them names a key there is not: it is under no key.\n",
                    "of them name a key there is not: they are under no key.\n");
  }
  if (not_kept > 0) {
    text += counted(not_kept, "of them is", "of them are") +
            " older than usage.retention.calls: soon gone from the call log, in totals as long as "
            "usage.retention.days says.\n";
  }
  if (unreadable > 0) {
    text += counted(unreadable, "line could not be read and was passed over:\n",
                    "lines could not be read and were passed over:\n");
    for (const std::string& problem : problems) text += "  " + problem + "\n";
  }
  if (unfinished_bytes > 0) {
    text +=
        "The last line has no line feed yet: it is taken once it has (or with --whole, when the file is "
        "finished).\n";
  }
  return text;
}

}  // namespace weir
