// Signals as values the main thread waits for.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace weir {

enum class Signal { kStop, kReload };

/// Make one before any other thread: from then on SIGTERM, SIGINT and SIGHUP reach only `wait`, and SIGPIPE
/// nobody.
class SignalQueue {
 public:
  SignalQueue();

  /// The next signal, or nothing after `timeout`.
  [[nodiscard]] std::optional<Signal> wait(Millis timeout);

  /// From now on SIGTERM or SIGINT ends the process at once, with code 1: for a second one while draining.
  /// What is in the journal is not lost by that.
  void end_at_next_stop();
};

/// Raises the limit of open files to what the system allows; the number in force. A connection is a file.
std::uint64_t raise_file_limit();

}  // namespace weir
