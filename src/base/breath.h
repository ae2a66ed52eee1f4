// Long work in pieces: where threads share a core, who serves requests gets it between two of them.
#pragma once

#include <functional>

namespace weir {

/// Called by long work between its pieces, on the thread that does it; it may sleep for a moment, and says
/// itself how often: pieces may be short. It must not throw.
using Breath = std::function<void()>;

/// How the long work of this thread breathes while the scope lives; the innermost counts. It may hold
/// SQLite's lock of a file it writes, for which others wait some milliseconds more; no mutex a request waits
/// for.
class BreathScope {
 public:
  /// The breath is held: somebody waits for this work.
  BreathScope();
  /// `breath` outlives the scope.
  explicit BreathScope(const Breath& breath);
  ~BreathScope();
  BreathScope(const BreathScope&) = delete;
  BreathScope& operator=(const BreathScope&) = delete;

 private:
  const Breath* before_;
};

/// Between two pieces of long work. Outside of every scope: nothing.
void breathe();

}  // namespace weir
