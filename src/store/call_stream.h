// Stored calls in the order of their time, block by block, with what a replay looks at: many times faster
// than pages of whole rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ip_address.h"
#include "base/result.h"
#include "model/ids.h"
#include "model/outcome.h"

namespace weir {

/// One stored call without its user, method, bytes and request id. Texts are positions in its batch's.
struct StreamedCall {
  UtcTime at{};
  Micros response_time{};
  Micros upstream_time{};
  IpAddress source;
  KeyId key;
  std::uint32_t endpoint = 0;
  std::uint32_t path = 0;
  std::uint16_t status = 0;
  Outcome outcome = Outcome::kForwarded;
  std::uint8_t window = 0;  // that refused it; the empty text: none
};
static_assert(sizeof(StreamedCall) == 56);

/// Which blocks of a stream come with the paths of their calls: they are the larger part of what is read.
enum class StreamedPaths : std::uint8_t {
  kWithUnknown,  // those with a call that was answered 404
  kAll,
};

/// The calls of one block. Views are valid until the next one is read.
struct CallBatch {
  std::vector<StreamedCall> calls;  // in the order they were stored
  std::vector<std::string_view> endpoints;
  std::vector<std::string_view> paths;  // empty: not asked for (StreamedPaths)
  std::vector<std::string_view> windows;
};

/// One thread. Sees the calls that were stored when it was made.
class CallStream {
 public:
  virtual ~CallStream() = default;
  /// The next block; false: there is none. Blocks. Calls before or after the time asked for may be among
  /// them. kCorrupt names the file.
  [[nodiscard]] virtual Result<bool> next(CallBatch& batch) = 0;
  /// No call still to come was begun before this; after the last block UtcTime::max().
  [[nodiscard]] virtual UtcTime reached() const = 0;
  /// In all blocks together, those read already too.
  [[nodiscard]] virtual std::uint64_t calls() const = 0;
};

}  // namespace weir
