#include "alerts/alert_json.h"

#include <utility>

#include <boost/json.hpp>

namespace weir {
namespace {

namespace json = boost::json;

json::value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return json::value(text);
}

json::value time_or_null(const std::optional<UtcTime>& time) {
  if (!time) return nullptr;
  return json::value(to_rfc3339(*time));
}

/// Lenient reading: what is missing or of another type is the default.
class Fields {
 public:
  explicit Fields(const json::value& value) : object_(value.if_object()) {}
  [[nodiscard]] const json::value* find(std::string_view name) const {
    return object_ == nullptr ? nullptr : object_->if_contains(name);
  }
  [[nodiscard]] std::string text(std::string_view name) const {
    const json::value* value = find(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  }
  [[nodiscard]] double number(std::string_view name) const {
    const json::value* value = find(name);
    return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
  }
  [[nodiscard]] std::int64_t integer(std::string_view name) const {
    const json::value* value = find(name);
    if (value == nullptr) return 0;
    if (value->is_int64()) return value->get_int64();
    return value->is_uint64() ? static_cast<std::int64_t>(value->get_uint64()) : 0;
  }
  [[nodiscard]] bool flag(std::string_view name) const {
    const json::value* value = find(name);
    return value != nullptr && value->is_bool() && value->get_bool();
  }
  [[nodiscard]] std::optional<UtcTime> time(std::string_view name) const {
    const auto parsed = parse_rfc3339(text(name));
    return parsed ? std::optional<UtcTime>(*parsed) : std::nullopt;
  }
  [[nodiscard]] Fields object(std::string_view name) const {
    const json::value* value = find(name);
    return Fields(value == nullptr ? kNothing : *value);
  }
  [[nodiscard]] const json::array& list(std::string_view name) const {
    const json::value* value = find(name);
    static const json::array kEmpty;
    return value != nullptr && value->is_array() ? value->get_array() : kEmpty;
  }

 private:
  inline static const json::value kNothing;
  const json::object* object_;
};

AlertSubject read_subject(const Fields& fields) {
  return {.kind = parse_subject_kind(fields.text("kind")).value_or(SubjectKind::kOverall),
          .id = static_cast<std::uint32_t>(fields.integer("id")),
          .text = fields.text("text")};
}

AlertNumbers read_numbers(const Fields& fields) {
  AlertNumbers numbers;
  numbers.rule = fields.text("rule");
  numbers.value = fields.number("value");
  numbers.threshold = fields.number("threshold");
  numbers.worst = fields.number("worst");
  numbers.calls = static_cast<std::uint64_t>(fields.integer("calls"));
  numbers.window_seconds = static_cast<std::uint32_t>(fields.integer("window_seconds"));
  numbers.baseline_kind = parse_baseline_kind(fields.text("baseline_kind")).value_or(BaselineKind::kNone);
  numbers.baseline = fields.number("baseline");
  for (const json::value& value : fields.list("series")) {
    if (value.is_number()) numbers.series.push_back(value.to_number<double>());
  }
  return numbers;
}

json::object place_json(const AlertBook::Place& place) {
  return {{"type", to_string(place.first)}, {"subject", to_json(place.second)}};
}

std::optional<AlertBook::Place> read_place(const Fields& fields) {
  const auto type = parse_alert_type(fields.text("type"));
  if (!type) return std::nullopt;
  return AlertBook::Place{*type, read_subject(fields.object("subject"))};
}

Silence read_silence(const Fields& fields) {
  Silence silence;
  silence.id = SilenceId(static_cast<std::uint32_t>(fields.integer("id")));
  for (const json::value& name : fields.list("types")) {
    if (!name.is_string()) continue;
    if (const auto type = parse_alert_type(std::string_view(name.get_string())))
      silence.types.push_back(*type);
  }
  silence.severity = parse_alert_severity(fields.text("severity"));
  const json::value* subject = fields.find("subject");
  if (subject != nullptr && subject->is_object()) silence.subject = read_subject(fields.object("subject"));
  silence.from = fields.time("from").value_or(UtcTime{});
  silence.to = fields.time("to").value_or(UtcTime{});
  silence.by = fields.text("by");
  silence.comment = fields.text("comment");
  return silence;
}

Result<json::value> parse(std::string_view text) {
  boost::system::error_code failure;
  json::value value = json::parse(text, failure);
  if (failure || !value.is_object()) return fail(ErrorCode::kCorrupt, "a kept alert is no JSON object");
  return value;
}

}  // namespace

json::object to_json(const AlertSubject& subject) {
  return {{"kind", to_string(subject.kind)},
          {"id", subject.id == 0 ? json::value(nullptr) : json::value(subject.id)},
          {"text", text_or_null(subject.text)}};
}

json::object to_json(const Silence& silence) {
  json::array types;
  for (const AlertType type : silence.types) types.emplace_back(to_string(type));
  json::object out;
  out["id"] = silence.id.value();
  out["types"] = std::move(types);
  out["severity"] = silence.severity ? json::value(to_string(*silence.severity)) : json::value(nullptr);
  out["subject"] = silence.subject ? json::value(to_json(*silence.subject)) : json::value(nullptr);
  out["from"] = to_rfc3339(silence.from);
  out["to"] = to_rfc3339(silence.to);
  out["by"] = text_or_null(silence.by);
  out["comment"] = silence.comment;
  return out;
}

json::object to_json(const Alert& alert) {
  json::object out;
  out.reserve(32);
  out["id"] = alert.id.value();
  out["type"] = to_string(alert.type);
  out["severity"] = to_string(alert.severity);
  out["state"] = to_string(alert.state);
  out["subject"] = to_json(alert.subject);
  out["rule"] = alert.numbers.rule;
  out["value"] = alert.numbers.value;
  out["threshold"] = alert.numbers.threshold;
  out["worst"] = alert.numbers.worst;
  out["unit"] = unit_of(alert.type);
  out["calls"] = alert.numbers.calls;
  out["window_seconds"] = alert.numbers.window_seconds;
  out["baseline_kind"] = to_string(alert.numbers.baseline_kind);
  out["baseline"] = alert.numbers.baseline;
  out["series"] = json::array(alert.numbers.series.begin(), alert.numbers.series.end());
  out["started_at"] = to_rfc3339(alert.started_at);
  out["last_seen"] = to_rfc3339(alert.last_seen);
  out["count"] = alert.count;
  out["escalated"] = alert.escalated;
  out["silenced"] = alert.silenced;
  out["false_positive"] = alert.false_positive;
  out["acknowledgement"] = nullptr;
  if (const auto& ack = alert.acknowledgement) {
    out["acknowledgement"] = {{"by", ack->by},
                              {"comment", ack->comment},
                              {"at", to_rfc3339(ack->at)},
                              {"until", time_or_null(ack->until)}};
  }
  out["resolved_at"] = time_or_null(alert.resolved_at);
  out["resolved_by"] = text_or_null(alert.resolved_by);
  json::array comments;
  for (const AlertComment& comment : alert.comments)
    comments.push_back({{"by", comment.by}, {"text", comment.text}, {"at", to_rfc3339(comment.at)}});
  out["comments"] = std::move(comments);
  return out;
}

AlertRow to_row(const ActiveAlert& entry) {
  const Alert& alert = entry.alert;
  json::object document = to_json(alert);
  if (entry.clear_since) document["clear_since"] = *entry.clear_since;
  return {.id = alert.id,
          .type = alert.type,
          .severity = alert.severity,
          .state = alert.state,
          .subject = alert.subject,
          .started_at = alert.started_at,
          .document = json::serialize(document)};
}

Result<ActiveAlert> from_row(const AlertRow& row) {
  WEIR_TRY_ASSIGN(value, parse(row.document));
  const Fields fields(value);
  ActiveAlert entry;
  Alert& alert = entry.alert;
  alert.id = row.id;
  alert.type = row.type;
  alert.severity = row.severity;
  alert.state = row.state;
  alert.subject = row.subject;
  alert.numbers = read_numbers(fields);
  alert.started_at = row.started_at;
  alert.last_seen = fields.time("last_seen").value_or(row.started_at);
  alert.count = static_cast<std::uint64_t>(fields.integer("count"));
  alert.escalated = static_cast<std::uint32_t>(fields.integer("escalated"));
  alert.silenced = fields.flag("silenced");
  alert.false_positive = fields.flag("false_positive");
  if (const json::value* ack = fields.find("acknowledgement"); ack != nullptr && ack->is_object()) {
    const Fields part(*ack);
    alert.acknowledgement = Acknowledgement{.by = part.text("by"),
                                            .comment = part.text("comment"),
                                            .at = part.time("at").value_or(row.started_at),
                                            .until = part.time("until")};
  } else if (alert.state == AlertState::kAcknowledged) {
    return fail(ErrorCode::kCorrupt, "a kept alert is acknowledged by nobody");
  }
  alert.resolved_at = fields.time("resolved_at");
  alert.resolved_by = fields.text("resolved_by");
  for (const json::value& comment : fields.list("comments")) {
    const Fields part(comment);
    alert.comments.push_back(
        {.by = part.text("by"), .text = part.text("text"), .at = part.time("at").value_or(UtcTime{})});
  }
  if (fields.find("clear_since") != nullptr) entry.clear_since = fields.integer("clear_since");
  return entry;
}

std::string state_document(const AlertBook& book, AlertSecond evaluated) {
  json::array holding;
  for (const auto& [place, since] : book.holding_since) {
    json::object entry = place_json(place);
    entry["since"] = since;
    holding.push_back(std::move(entry));
  }
  json::array quiet;
  for (const auto& [place, condition] : book.quiet) {
    json::object entry = place_json(place);
    entry["until"] = condition.until;
    entry["severity"] = to_string(condition.severity);
    quiet.push_back(std::move(entry));
  }
  json::array silences;
  for (const Silence& silence : book.silences) silences.push_back(to_json(silence));
  json::object out;
  out["evaluated"] = evaluated;
  out["last_id"] = book.last_id;
  out["last_silence_id"] = book.last_silence_id;
  out["overflow"] = book.overflow;
  out["commits"] = book.commits;
  out["holding"] = std::move(holding);
  out["quiet"] = std::move(quiet);
  out["silences"] = std::move(silences);
  return json::serialize(out);
}

Result<AlertSecond> read_state(std::string_view document, AlertBook& book) {
  WEIR_TRY_ASSIGN(value, parse(document));
  const Fields fields(value);
  book.last_id = static_cast<std::uint32_t>(fields.integer("last_id"));
  book.last_silence_id = static_cast<std::uint32_t>(fields.integer("last_silence_id"));
  book.overflow = static_cast<std::uint64_t>(fields.integer("overflow"));
  book.commits = static_cast<std::uint64_t>(fields.integer("commits"));
  for (const json::value& entry : fields.list("holding")) {
    const Fields part(entry);
    if (const auto place = read_place(part)) book.holding_since[*place] = part.integer("since");
  }
  for (const json::value& entry : fields.list("quiet")) {
    const Fields part(entry);
    const auto place = read_place(part);
    if (!place) continue;
    book.quiet[*place] = {
        .until = part.integer("until"),
        .severity = parse_alert_severity(part.text("severity")).value_or(AlertSeverity::kWarning)};
  }
  for (const json::value& entry : fields.list("silences"))
    book.silences.push_back(read_silence(Fields(entry)));
  return fields.integer("evaluated");
}

}  // namespace weir
