// The call log: every call, one file a UTC day, newest first when asked.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/journal_position.h"
#include "model/usage_record.h"
#include "store/call_stream.h"

namespace weir {

/// One stored call. `id` is unique over all days and fits 53 bits; it grows with the UTC day of the call, and
/// within a day in the order of storage.
struct CallRow {
  std::uint64_t id = 0;
  UtcTime at{};
  KeyId key;
  UserId user;
  std::string method;
  std::string endpoint;  // its template, or "(other)"; the path in calls stored before there were any
  std::string path;      // without query
  std::uint16_t status = 0;
  Outcome outcome = Outcome::kForwarded;
  std::string refused_window;  // "" unless limited
  bool shadow_limited = false;
  Micros response_time{};
  Micros upstream_time{};
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  IpAddress source;
  std::string request_id;
};

struct CallFilter {
  std::optional<KeyId> key;
  std::optional<UserId> user;
  std::optional<std::string> endpoint;
  std::optional<std::string> path;  // whole
  std::optional<std::string> method;
  std::optional<std::uint16_t> status_min;  // inclusive
  std::optional<std::uint16_t> status_max;  // inclusive
  std::optional<Outcome> outcome;
  std::optional<Micros> response_time_min;  // inclusive
  std::optional<UtcTime> from;              // inclusive
  std::optional<UtcTime> to;                // exclusive
  std::optional<std::string> request_id;
  std::uint64_t before_id = 0;  // page: ids below this; 0: from the newest
  std::size_t limit = 100;      // 1 to 1000
};

/// A record on its way into the log, from one journal.
struct CallEntry {
  JournalIndex journal = 0;
  JournalPosition next;  // position after the record
  const UsageRecord* record = nullptr;
  std::string_view refused_window;  // name of the window, for kLimited
  std::string_view endpoint{};      // name of the endpoint; empty: its path
  EndpointId endpoint_id{};         // not stored in the log
};

struct CallDayFile {
  UtcTime start{};  // midnight
  std::uint64_t bytes = 0;
};

class CallLog {
 public:
  virtual ~CallLog() = default;

  /// Takes entries (in journal order for each journal), and stores what makes full blocks. Pipeline thread
  /// only; blocks. Entries taken before are skipped, by the positions in their day file too: adding again
  /// after a crash or an error changes nothing.
  [[nodiscard]] virtual Result<void> add(std::span<const CallEntry> entries) = 0;
  /// Stores everything that was taken: queries see it, and it survives a kill when this returns; a power cut
  /// only after `sync`. After an error, of any of these, what was taken is still to be stored by a later one.
  /// Pipeline thread only; blocks.
  [[nodiscard]] virtual Result<void> flush() = 0;
  [[nodiscard]] Result<void> append(std::span<const CallEntry> entries) {
    WEIR_TRY(add(entries));
    return flush();
  }

  /// Brings everything that was taken to the disk. Pipeline thread only; blocks.
  [[nodiscard]] virtual Result<void> sync() = 0;

  /// Days there are calls of, the newest first. Any thread.
  [[nodiscard]] virtual Result<std::vector<CallDayFile>> days() = 0;
  /// Removes a day and its calls, once nobody reads or writes it; false: somebody does, ask again later. A
  /// call of that day that comes later begins it anew. Any thread but the pipeline's.
  [[nodiscard]] virtual Result<bool> remove_day(UtcTime start) = 0;

  /// Matching calls, newest first (by id). Any thread; never blocks `add`. kInvalid: the limit. kCorrupt
  /// names the file.
  [[nodiscard]] virtual Result<std::vector<CallRow>> query(const CallFilter& filter) = 0;

  /// All calls begun in [from, to), the oldest first: whole blocks, by their first moment. Any thread;
  /// outlives nothing of the log's, and blocks neither `add` nor queries; a day that is being read is not
  /// removed.
  [[nodiscard]] virtual Result<std::unique_ptr<CallStream>> stream(UtcTime from, UtcTime to,
                                                                   StreamedPaths paths) = 0;
};

}  // namespace weir
