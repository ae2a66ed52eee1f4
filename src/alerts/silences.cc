#include "alerts/silences.h"

#include <algorithm>

#include <fmt/format.h>

namespace weir {
namespace {
constexpr std::size_t kCommentMax = 2000;
constexpr auto kLongest = std::chrono::hours(24 * 366);
}  // namespace

bool matches(const Silence& silence, const Alert& alert) {
  if (!silence.types.empty() &&
      std::find(silence.types.begin(), silence.types.end(), alert.type) == silence.types.end())
    return false;
  if (silence.severity && *silence.severity != alert.severity) return false;
  return !silence.subject || *silence.subject == alert.subject;
}

bool is_silenced(const std::vector<Silence>& silences, const Alert& alert, UtcTime now) {
  return std::any_of(silences.begin(), silences.end(), [&](const Silence& silence) {
    return silence.from <= now && now < silence.to && matches(silence, alert);
  });
}

Result<void> validate(const Silence& silence) {
  if (silence.to <= silence.from) {
    return fail(ErrorCode::kInvalid, fmt::format("to: must be after from ({}), but is {}",
                                                 to_rfc3339(silence.from), to_rfc3339(silence.to)));
  }
  if (silence.to - silence.from > kLongest)
    return fail(ErrorCode::kInvalid, "to: must be at most 366 days after from");
  if (silence.comment.size() > kCommentMax) {
    return fail(ErrorCode::kInvalid, fmt::format("comment: must be at most {} bytes, but has {}", kCommentMax,
                                                 silence.comment.size()));
  }
  const bool everything = silence.types.empty() && !silence.severity && !silence.subject;
  if (everything && silence.comment.empty())
    return fail(ErrorCode::kInvalid, "comment: must say why, for a silence of every alert");
  return {};
}

}  // namespace weir
