// A report fetched from the server, to standard output or into a file.
#pragma once

#include <string>
#include <string_view>

#include "app/admin_client.h"
#include "base/result.h"

namespace weir {

/// `output`: a file that is there whole or not at all, since a report that broke off is no report; empty:
/// standard output.
[[nodiscard]] Result<void> save_report(AdminClient& client, std::string_view path, const std::string& output);

}  // namespace weir
