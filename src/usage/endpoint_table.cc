#include "usage/endpoint_table.h"

#include <utility>

#include "usage/path_form.h"
#include "usage/template_detection.h"

namespace weir {

bool shows_endpoint(std::uint16_t status, Outcome outcome) {
  switch (outcome) {
    case Outcome::kForwarded:
    case Outcome::kUpstreamAborted:
      break;
    case Outcome::kClientClosed:
      if (status == 499) return false;  // nothing was answered yet
      break;
    default:
      return false;
  }
  switch (status) {
    case 400:
    case 401:
    case 403:
    case 404:
    case 405:
    case 410:
    case 501:
      return false;
    default:
      return true;
  }
}

EndpointTable::EndpointTable(SharedEndpointRules rules, const StoredEndpoints& stored)
    : rows_(stored.rows), saved_(stored.rows.size()), settled_(stored.settled) {
  for (const EndpointRow& row : rows_) {
    ids_.emplace(row.name, row.id);
    detected_ += row.detected ? 1 : 0;
  }
  set_rules(std::move(rules));
  publish();
}

void EndpointTable::set_rules(SharedEndpointRules rules) {
  rules_ = std::move(rules);
  template_ids_.assign(rules_->templates.names().size(), EndpointId());
}

EndpointId EndpointTable::add(std::string_view name, bool detected) {
  if (rows_.size() >= kNamesMax || (detected && detected_ >= rules_->detected_max)) {
    ++crowded_out_;
    return {};
  }
  const EndpointId id(static_cast<EndpointId::Value>(rows_.size() + 1));
  rows_.push_back({.id = id, .name = std::string(name), .detected = detected});
  ids_.emplace(rows_.back().name, id);
  detected_ += detected ? 1 : 0;
  return id;
}

EndpointId EndpointTable::classify(std::string_view path, std::uint16_t status, Outcome outcome,
                                   const Known& known) {
  const std::string_view normal = normal_path(path, normal_);
  if (normal.empty()) return {};
  if (const auto configured = rules_->templates.match(normal)) {
    EndpointId& id = template_ids_[*configured];
    if (id) return id;
    const std::string& name = rules_->templates.names()[*configured];
    const auto found = ids_.find(name);
    id = found != ids_.end() ? found->second : add(name, false);
    return id;
  }
  const std::string_view name = detect_template(normal, detected_name_);
  if (name.empty()) return {};
  const auto found = ids_.find(name);
  if (!shows_endpoint(status, outcome)) {
    if (found == ids_.end()) return {};
    const EndpointId id = found->second;
    const bool is_known = id <= known.settled || (known.met != nullptr && known.met->knows(id, known.at));
    return is_known ? id : EndpointId();
  }
  const EndpointId id = found != ids_.end() ? found->second : add(name, true);
  if (id > known.settled && known.met != nullptr) known.met->meet(id, known.at);
  return id;
}

std::string_view EndpointTable::name(EndpointId id) const {
  return id && id.value() <= rows_.size() ? std::string_view(rows_[id.value() - 1].name) : kOtherEndpoints;
}

void EndpointTable::settle() {
  settled_ = newest();
}

SharedEndpointNames EndpointTable::names() const {
  const std::lock_guard lock(mutex_);
  return names_;
}

void EndpointTable::publish() {
  {
    const std::lock_guard lock(mutex_);
    if (names_ && names_->size() == rows_.size()) return;
  }
  std::vector<std::string> names;
  names.reserve(rows_.size());
  for (const EndpointRow& row : rows_) names.push_back(row.name);
  auto fresh = std::make_shared<const EndpointNames>(std::move(names));
  const std::lock_guard lock(mutex_);
  names_ = std::move(fresh);
}

}  // namespace weir
