// A line on the terminal that says how far something is.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.h"

namespace weir {

/// Draws on standard error, only when that is a terminal, at most ten times a second. One thread.
class Progress {
 public:
  /// `total`: what `done` is a part of, 0 when nobody knows.
  Progress(std::uint64_t total, const Clock& clock);
  ~Progress();

  void show(std::uint64_t done, std::string_view text);

 private:
  const std::uint64_t total_;
  const Clock& clock_;
  const bool enabled_;
  bool drawn_ = false;
  Instant last_{};
};

}  // namespace weir
