#include "app/report_file.h"

#include <cstdio>

#include <fmt/format.h>

#include "app/output.h"
#include "base/file.h"

namespace weir {

Result<void> save_report(AdminClient& client, std::string_view path, const std::string& output) {
  std::string text;
  WEIR_TRY(client.read(path, [&text](std::string_view part) {
    text += part;
    return true;
  }));
  if (output.empty()) {
    print(text);
    if (!text.ends_with('\n')) print("\n");
    return {};
  }
  WEIR_TRY(write_user_file(output, text));
  fmt::print(stderr, "The report is in {}.\n", output);
  return {};
}

}  // namespace weir
