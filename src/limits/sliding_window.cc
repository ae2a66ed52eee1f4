#include "limits/sliding_window.h"

namespace weir {
namespace {

__extension__ using Wide = unsigned __int128;

/// How far into a window the weight of `count` has fallen to `room`.
std::int64_t weight_falls_to(std::uint32_t count, std::uint64_t room, std::int64_t length_ns) {
  if (room >= count) return 0;
  const Wide overlap = Wide{room} * static_cast<std::uint64_t>(length_ns) / count;
  return length_ns - static_cast<std::int64_t>(overlap);
}

}  // namespace

std::int64_t SlidingWindow::room_at(const WindowCounter& settled, std::uint32_t cost, std::uint32_t limit,
                                    std::int64_t now_ns, std::int64_t length_ns) {
  if (!settled.is_open()) return now_ns + length_ns;
  if (cost > limit) return full_at(settled, length_ns);
  const std::uint64_t room = limit - cost;
  if (settled.current <= room) {
    return settled.start_ns + weight_falls_to(settled.previous, room - settled.current, length_ns);
  }
  // Not in this window: in the next one, when this one's count weighs little enough.
  return settled.start_ns + length_ns + weight_falls_to(settled.current, room, length_ns);
}

std::uint32_t SlidingWindow::weigh_wide(std::uint32_t count, std::int64_t overlap_ns,
                                        std::int64_t length_ns) {
  const auto length = static_cast<std::uint64_t>(length_ns);
  return static_cast<std::uint32_t>((Wide{count} * static_cast<std::uint64_t>(overlap_ns) + length - 1) /
                                    length);
}

}  // namespace weir
