#include "app/progress.h"

#include <algorithm>
#include <cstdio>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

namespace weir {
namespace {

constexpr std::size_t kBarWidth = 30;
constexpr const char* kClearLine = "\r\x1b[K";

}  // namespace

Progress::Progress(std::uint64_t total, const Clock& clock)
    : total_(total), clock_(clock), enabled_(::isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (drawn_) std::fputs(kClearLine, stderr);
}

void Progress::show(std::uint64_t done, std::string_view text) {
  const Instant now = clock_.instant();
  if (!enabled_ || (drawn_ && now - last_ < Millis(100))) return;
  drawn_ = true;
  last_ = now;
  if (total_ == 0) {
    fmt::print(stderr, "{}{}", kClearLine, text);
  } else {
    const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
    const auto filled = static_cast<std::size_t>(part * kBarWidth);
    fmt::print(stderr, "{}[{}{}] {:3.0f} %  {}", kClearLine, std::string(filled, '#'),
               std::string(kBarWidth - filled, '.'), part * 100, text);
  }
  std::fflush(stderr);
}

}  // namespace weir
