#include "app/report_file.h"

#include <cerrno>
#include <cstdio>

#include <fmt/format.h>

#include "app/output.h"

namespace weir {
namespace {

Result<void> write_report(const std::string& path, std::string_view text) {
  const std::string partial = path + ".partial";
  std::FILE* file = std::fopen(partial.c_str(), "wb");
  if (file == nullptr) return fail_errno(fmt::format("open '{}'", partial), errno);
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = std::fclose(file) == 0;
  if (!written || !closed || std::rename(partial.c_str(), path.c_str()) != 0) {
    const int failure = errno;
    std::remove(partial.c_str());
    return fail_errno(fmt::format("write '{}'", path), failure);
  }
  return {};
}

}  // namespace

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
  WEIR_TRY(write_report(output, text));
  fmt::print(stderr, "The report is in {}.\n", output);
  return {};
}

}  // namespace weir
