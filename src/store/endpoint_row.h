// An endpoint template as it is stored: the name behind an EndpointId.
#pragma once

#include <string>
#include <vector>

#include "model/ids.h"

namespace weir {

struct EndpointRow {
  EndpointId id;          // 1, 2, 3, …: in the order they were met
  std::string name;       // "/v1/orders/{id}"
  bool detected = false;  // found by detection, not in the configuration when it was met
};

/// All that are stored, in the order of their ids, and how many of them were when positions were last
/// committed.
struct StoredEndpoints {
  std::vector<EndpointRow> rows;
  EndpointId settled;
};

}  // namespace weir
