// Any line is read or refused: what is kept of it is never longer than it, and points to bytes that are
// there.
#include <cstdlib>
#include <string>
#include <string_view>

#include "usage/access_log.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  using weir::AccessLogFormat;
  for (const auto format : {AccessLogFormat::kCommon, AccessLogFormat::kCombined, AccessLogFormat::kJson}) {
    const auto parser = weir::make_access_log_parser({.format = format, .key_field = "key", .names = {}});
    const auto parsed = parser->parse(line);
    if (!parsed) {
      if (parsed.error().detail.empty()) std::abort();
      continue;
    }
    if (parsed->path.size() > size || parsed->method.size() > size) std::abort();
    if (parsed->status < 100 || parsed->status > 999) std::abort();
    volatile char last = 0;
    for (const std::string_view view : {parsed->path, parsed->method, parsed->client, parsed->key,
                                        parsed->request_id, parsed->refused_window}) {
      for (const char c : view) last = c;
    }
    (void)last;
  }
  return 0;
}
