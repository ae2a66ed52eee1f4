// Sends to many channels at once over libcurl's multi interface: one that stalls delays no other.
//
// Every address a name resolves to is judged when it is connected to, by the call that opens the socket: what
// was checked is what is reached, however often the name changes its mind. Redirects are not followed,
// proxies and .netrc of the environment are not used.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "notify/outgoing.h"

namespace weir {

/// From the name's look-up to the answer's end.
inline constexpr Seconds kAttemptTimeout{15};

struct SenderOptions {
  bool allow_private_targets = false;
  std::string user_agent = "weir";
};

struct Finished {
  std::uint64_t tag = 0;
  AttemptOutcome outcome;
};

/// One thread, but for `wake`.
class Sender {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Sender>> create(SenderOptions options);
  virtual ~Sender() = default;

  /// Begins to send; `tag` comes back with the outcome. Never blocks.
  [[nodiscard]] virtual Result<void> start(std::uint64_t tag, Outgoing outgoing) = 0;
  /// Sends and receives until something finished, `patience` is over, or somebody woke it.
  [[nodiscard]] virtual std::vector<Finished> wait(Millis patience) = 0;
  [[nodiscard]] virtual std::size_t in_flight() const = 0;
  /// Of attempts that begin from now on.
  virtual void allow_private_targets(bool allow) = 0;
  /// Ends a `wait` early. Any thread.
  virtual void wake() = 0;
};

}  // namespace weir
