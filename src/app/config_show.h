// The configuration in force, written back: what `weir config show` prints.
#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "app/config.h"

namespace weir {

/// Secrets are masked.
[[nodiscard]] boost::json::object notify_to_json(const NotifySettings& notify);

/// In the file's own shape and order. Holds no secret: keys and certificates are paths, upstreams are without
/// user information.
[[nodiscard]] boost::json::object config_to_json(const Config& config);

/// The same as YAML; reading it back gives the same configuration.
[[nodiscard]] std::string config_to_yaml(const Config& config);

/// Names of the settings that differ but are fixed while a server runs: "gateway.listen", …
[[nodiscard]] std::vector<std::string> restart_differences(const Config& running, const Config& wanted);

}  // namespace weir
