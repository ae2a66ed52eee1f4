#include "admin/alert_params.h"

#include <fmt/format.h>

namespace weir {
namespace {

constexpr std::uint64_t kIdMax = 0xFFFF'FFFF;
constexpr std::size_t kNameMax = 1000;

std::string unknown_endpoint(const std::string& name) {
  return fmt::format("there is no endpoint '{}'; GET /api/v1/usage/summary?group_by=endpoint lists them",
                     name.substr(0, 100));
}

/// At most one of them; two are a problem with the later one.
template <class Reader>
class SubjectChoice {
 public:
  explicit SubjectChoice(Reader& reader) : reader_(reader) {}
  void take(const char* field, std::optional<AlertSubject> subject) {
    if (!subject) return;
    if (chosen_) reader_.problem(field, fmt::format("cannot be given together with {}", field_));
    chosen_ = std::move(subject);
    field_ = field;
  }
  [[nodiscard]] std::optional<AlertSubject> chosen() && { return std::move(chosen_); }

 private:
  Reader& reader_;
  std::optional<AlertSubject> chosen_;
  const char* field_ = "";
};

template <class Reader>
std::optional<AlertSubject> choose_subject(Reader& reader, std::optional<std::uint64_t> key,
                                           std::optional<EndpointId> endpoint,
                                           std::optional<std::string> source,
                                           std::optional<std::string> channel) {
  SubjectChoice choice(reader);
  if (key) choice.take("key_id", AlertSubject::key(KeyId(static_cast<std::uint32_t>(*key))));
  if (endpoint) choice.take("endpoint", AlertSubject::endpoint(*endpoint));
  if (source) choice.take("source", AlertSubject::source(*std::move(source)));
  if (channel) choice.take("channel", AlertSubject::channel(*std::move(channel)));
  return std::move(choice).chosen();
}

}  // namespace

AlertFilter read_alert_filter(QueryParams& query, const EndpointNames& endpoints, UtcTime now) {
  AlertFilter filter;
  if (const auto name = query.text("type", 64)) {
    filter.type = parse_alert_type(*name);
    if (!filter.type) query.problem("type", fmt::format("is no type of alert: '{}'", *name));
  }
  if (const auto name = query.text("severity", 16)) {
    filter.severity = parse_alert_severity(*name);
    if (!filter.severity)
      query.problem("severity", fmt::format("must be warning or critical, but is '{}'", *name));
  }
  if (const auto name = query.text("state", 16)) {
    filter.state = parse_alert_state(*name);
    if (!filter.state)
      query.problem("state", fmt::format("must be firing, acknowledged or resolved, but is '{}'", *name));
  }
  const auto key = query.integer("key_id", 1, kIdMax);
  std::optional<EndpointId> endpoint;
  if (const auto name = query.text("endpoint", kNameMax)) {
    endpoint.emplace(static_cast<std::uint32_t>(kIdMax));  // an endpoint nobody called yet has no alerts
    static_cast<void>(endpoints.find(*name, *endpoint));
  }
  filter.subject = choose_subject(query, key, endpoint, query.text("source", 64), query.text("channel", 64));
  filter.from = query.moment("from", now);
  filter.to = query.moment("to", now);
  if (filter.from && filter.to && *filter.to <= *filter.from) query.problem("to", "must be after from");
  return filter;
}

std::optional<AlertType> read_alert_type(ObjectReader& reader, std::string_view field,
                                         const std::string& name) {
  const auto type = parse_alert_type(name);
  if (!type) reader.problem(field, fmt::format("is no type of alert: '{}'", name));
  return type;
}

std::optional<AlertSeverity> read_alert_severity(ObjectReader& reader) {
  const auto name = reader.text("severity", {.min = 1, .max = 16});
  if (!name) return std::nullopt;
  const auto severity = parse_alert_severity(*name);
  if (!severity) reader.problem("severity", fmt::format("must be warning or critical, but is '{}'", *name));
  return severity;
}

std::optional<AlertSubject> read_alert_subject(ObjectReader& reader, const EndpointNames& endpoints) {
  const auto key = reader.integer("key_id", 1, kIdMax);
  std::optional<EndpointId> endpoint;
  if (const auto name = reader.text("endpoint", {.min = 1, .max = kNameMax})) {
    endpoint.emplace();
    if (!endpoints.find(*name, *endpoint)) reader.problem("endpoint", unknown_endpoint(*name));
  }
  return choose_subject(reader, key, endpoint, reader.text("source", {.min = 1, .max = 64}),
                        reader.text("channel", {.min = 1, .max = 64}));
}

}  // namespace weir
