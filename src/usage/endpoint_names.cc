#include "usage/endpoint_names.h"

#include <utility>

namespace weir {

EndpointNames::EndpointNames(std::vector<std::string> names) : names_(std::move(names)) {
  ids_.reserve(names_.size());
  for (const std::string& name : names_) {
    ids_.emplace(name, EndpointId(static_cast<EndpointId::Value>(ids_.size() + 1)));
  }
}

std::string_view EndpointNames::name(EndpointId id) const {
  return id && id.value() <= names_.size() ? std::string_view(names_[id.value() - 1]) : kOtherEndpoints;
}

bool EndpointNames::find(std::string_view name, EndpointId& id) const {
  if (name == kOtherEndpoints) {
    id = EndpointId();
    return true;
  }
  const auto found = ids_.find(name);
  if (found == ids_.end()) return false;
  id = found->second;
  return true;
}

}  // namespace weir
