#include "usage/access_log_guess.h"

#include <array>
#include <memory>

namespace weir {
namespace {

/// Every combined line is a common one too, with more behind it.
constexpr std::array kFormats = {AccessLogFormat::kJson, AccessLogFormat::kCombined,
                                 AccessLogFormat::kCommon};

}  // namespace

std::optional<AccessLogFormat> guess_access_log_format(std::string_view beginning) {
  std::array<std::unique_ptr<AccessLogParser>, kFormats.size()> parsers;
  for (std::size_t i = 0; i < kFormats.size(); ++i)
    parsers[i] = make_access_log_parser({.format = kFormats[i], .key_field = {}, .names = {}});
  bool like_json = false;
  for (std::size_t lines = 0; lines < kGuessLinesMax && !beginning.empty(); ++lines) {
    const auto end = beginning.find('\n');
    std::string_view line = beginning.substr(0, end);
    beginning.remove_prefix(end == std::string_view::npos ? beginning.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    for (std::size_t i = 0; i < kFormats.size(); ++i) {
      if (parsers[i]->parse(line)) return kFormats[i];
    }
    like_json = like_json || line.starts_with('{');
  }
  return like_json ? std::optional(AccessLogFormat::kJson) : std::nullopt;
}

}  // namespace weir
