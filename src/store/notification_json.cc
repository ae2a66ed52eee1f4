#include "store/notification_json.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace weir {
namespace {

namespace json = boost::json;

// The names of all fields, once, for both directions.
template <class Notice, class Visit>
void visit_notice(Notice& notice, Visit&& visit) {
  visit("alert_id", notice.alert_id);
  visit("alert_type", notice.alert_type);
  visit("severity", notice.severity);
  visit("state", notice.state);
  visit("subject_kind", notice.subject_kind);
  visit("subject", notice.subject);
  visit("api_key_id", notice.key_id);
  visit("environment", notice.environment);
  visit("title", notice.title);
  visit("summary", notice.summary);
  visit("value", notice.value);
  visit("threshold", notice.threshold);
  visit("unit", notice.unit);
  visit("window_seconds", notice.window);
  visit("count", notice.count);
  visit("started_at", notice.started_at);
  visit("updated_at", notice.updated_at);
  visit("resolved_at", notice.resolved_at);
  visit("acknowledged_by", notice.acknowledged_by);
  visit("comment", notice.comment);
  visit("runbook", notice.runbook);
}

template <class Event, class Visit>
void visit_event(Event& event, Visit&& visit) {
  visit("type", event.type);
  visit("at", event.at);
  visit("alert", event.alert);
  visit("channels", event.channels);
  visit("recipients", event.recipients);
}

template <class Text, class Visit>
void visit_message(Text& message, Visit&& visit) {
  visit("id", message.id);
  visit("thread_id", message.thread_id);
  visit("type", message.type);
  visit("at", message.at);
  visit("environment", message.environment);
  visit("group", message.group);
  visit("severity", message.severity);
  visit("status", message.status);
  visit("repeat", message.repeat);
  visit("alerts", message.alerts);
  visit("alerts_total", message.alerts_total);
  visit("still_firing", message.still_firing);
  visit("recipients", message.recipients);
  visit("letter", message.letter);
}

template <class Text, class Visit>
void visit_letter(Text& letter, Visit&& visit) {
  visit("subject", letter.subject);
  visit("text", letter.text);
  visit("html", letter.html);
}

struct Writer {
  json::object& out;

  void operator()(const char* name, const std::string& value) { out[name] = value; }
  void operator()(const char* name, std::uint64_t value) { out[name] = value; }
  void operator()(const char* name, std::uint32_t value) { out[name] = std::uint64_t{value}; }
  void operator()(const char* name, double value) { out[name] = value; }
  void operator()(const char* name, bool value) { out[name] = value; }
  void operator()(const char* name, Seconds value) { out[name] = value.count(); }
  void operator()(const char* name, UtcTime value) { out[name] = to_rfc3339(value); }
  void operator()(const char* name, const std::optional<UtcTime>& value) {
    out[name] = value ? json::value(to_rfc3339(*value)) : json::value(nullptr);
  }
  void operator()(const char* name, const std::vector<std::string>& value) {
    json::array list;
    for (const auto& item : value) list.emplace_back(item);
    out[name] = std::move(list);
  }
  void operator()(const char* name, const AlertNotice& value) { out[name] = to_json(value); }
  void operator()(const char* name, const std::optional<Letter>& value) {
    if (!value) return;  // few messages are letters
    json::object letter;
    visit_letter(*value, Writer{letter});
    out[name] = std::move(letter);
  }
  void operator()(const char* name, const std::vector<AlertNotice>& value) {
    json::array list;
    for (const auto& item : value) list.push_back(to_json(item));
    out[name] = std::move(list);
  }
};

/// Leaves a target alone whose field is missing; `wrong` is the first field of another type.
struct Reader {
  const json::object& in;
  std::string wrong;

  template <class T>
  void operator()(const char* name, T& out) {
    const json::value* value = in.if_contains(name);
    if (value != nullptr && !read(*value, out) && wrong.empty()) wrong = name;
  }

  template <class Number>
  static bool read_number(const json::value& value, Number& out) {
    json::error_code failure;
    const auto number = value.to_number<Number>(failure);
    if (!failure) out = number;
    return !failure;
  }
  static bool read(const json::value& value, std::string& out) {
    if (value.is_string()) out = std::string(value.get_string());
    return value.is_string();
  }
  static bool read(const json::value& value, std::uint64_t& out) { return read_number(value, out); }
  static bool read(const json::value& value, std::uint32_t& out) { return read_number(value, out); }
  static bool read(const json::value& value, double& out) { return read_number(value, out); }
  static bool read(const json::value& value, bool& out) {
    if (value.is_bool()) out = value.get_bool();
    return value.is_bool();
  }
  static bool read(const json::value& value, Seconds& out) {
    std::int64_t seconds = 0;
    if (!read_number(value, seconds)) return false;
    out = Seconds(seconds);
    return true;
  }
  static bool read(const json::value& value, UtcTime& out) {
    if (!value.is_string()) return false;
    const auto time = parse_rfc3339(value.get_string());
    if (time) out = *time;
    return time.has_value();
  }
  static bool read(const json::value& value, std::optional<UtcTime>& out) {
    if (value.is_null()) return true;
    UtcTime time{};
    if (!read(value, time)) return false;
    out = time;
    return true;
  }
  static bool read(const json::value& value, AlertNotice& out) {
    auto notice = parse_alert_notice(value);
    if (notice) out = *std::move(notice);
    return notice.has_value();
  }
  static bool read(const json::value& value, std::optional<Letter>& out) {
    if (!value.is_object()) return false;
    Reader reader{value.get_object(), {}};
    visit_letter(out.emplace(), reader);
    return reader.wrong.empty();
  }
  template <class Item>
  static bool read(const json::value& value, std::vector<Item>& out) {
    if (!value.is_array()) return false;
    for (const auto& item : value.get_array()) {
      if (!read(item, out.emplace_back())) return false;
    }
    return true;
  }
};

tl::unexpected<Error> corrupt(std::string_view what, std::string_view why) {
  return fail(ErrorCode::kCorrupt, fmt::format("a stored {} cannot be read: {}", what, why));
}

template <class T, class VisitAll>
Result<T> read_object(const json::value& value, std::string_view what, VisitAll visit_all) {
  if (!value.is_object()) return corrupt(what, "it is no object");
  T out;
  Reader reader{value.get_object(), {}};
  visit_all(out, reader);
  if (!reader.wrong.empty()) return corrupt(what, fmt::format("its {} is of another type", reader.wrong));
  return out;
}

Result<json::value> parse_text(std::string_view text, std::string_view what) {
  json::error_code failure;
  auto value = json::parse(text, failure);
  if (failure) return corrupt(what, "it is no JSON");
  return value;
}

}  // namespace

json::object to_json(const AlertNotice& notice) {
  json::object out;
  out.reserve(24);
  visit_notice(notice, Writer{out});
  return out;
}

json::object to_json(const OutboxEvent& event) {
  json::object out;
  visit_event(event, Writer{out});
  return out;
}

json::object to_json(const Message& message) {
  json::object out;
  visit_message(message, Writer{out});
  return out;
}

Result<AlertNotice> parse_alert_notice(const json::value& value) {
  return read_object<AlertNotice>(value, "alert notice",
                                  [](AlertNotice& out, Reader& reader) { visit_notice(out, reader); });
}

Result<OutboxEvent> parse_outbox_event(std::string_view text) {
  WEIR_TRY_ASSIGN(value, parse_text(text, "outbox event"));
  return read_object<OutboxEvent>(value, "outbox event",
                                  [](OutboxEvent& out, Reader& reader) { visit_event(out, reader); });
}

Result<Message> parse_message(std::string_view text) {
  WEIR_TRY_ASSIGN(value, parse_text(text, "message"));
  return read_object<Message>(value, "message",
                              [](Message& out, Reader& reader) { visit_message(out, reader); });
}

}  // namespace weir
