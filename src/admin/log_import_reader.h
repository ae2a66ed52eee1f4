// Turns a piece of an access log into calls for the pipeline.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admin/import_key_lookup.h"
#include "model/limit_settings.h"
#include "pipeline/import_queue.h"
#include "usage/access_log.h"

namespace weir {

/// What one piece had. Counts are of lines.
struct ImportReport {
  /// A line that was passed over, by the byte in the file where it begins.
  struct Problem {
    std::uint64_t offset = 0;
    std::string reason;
  };
  static constexpr std::size_t kProblemsMax = 5;

  std::uint64_t calls = 0;
  std::uint64_t unreadable = 0;    // passed over
  std::uint64_t without_key = 0;   // of the calls: the log names no key
  std::uint64_t unknown_keys = 0;  // of the calls: no key is like the one that is named
  std::uint64_t not_kept = 0;      // of the calls: older than the call log keeps
  std::vector<Problem> problems;   // the first of the unreadable
};

/// What is so while a piece is read.
struct ImportMoment {
  UtcTime now;
  std::optional<UtcTime> kept_from;         // older calls go from the call log; none: it keeps all
  const std::vector<LimitWindow>& windows;  // in force
};

/// Lines of the file, from a byte of it on.
struct LogPiece {
  std::string text;
  std::uint64_t offset = 0;
  /// It begins inside a line that was too long already: what is up to its line feed belongs to no call.
  bool inside_line = false;

  [[nodiscard]] std::uint64_t end() const { return offset + text.size(); }
  /// Whether the next piece begins inside a line that is too long.
  [[nodiscard]] bool ends_inside_line() const;
};

/// One import's; not thread-safe.
class LogImportReader {
 public:
  /// `fixed_key`: whose calls all lines are; none: as the log says.
  LogImportReader(ImportId id, const AccessLogOptions& options, ImportKeyLookup::Owner fixed_key,
                  ImportKeyLookup lookup)
      : id_(id),
        parser_(make_access_log_parser(options)),
        fixed_key_(fixed_key),
        lookup_(std::move(lookup)) {}

  /// Reads whole lines; the last may lack its line feed. Lines dated before 1970 or more than a day beyond
  /// now count as unreadable. `chunk` gets their calls, `report` what there was. An error is the store's.
  [[nodiscard]] Result<void> read(const LogPiece& piece, const ImportMoment& moment, ImportChunk& chunk,
                                  ImportReport& report);

 private:
  [[nodiscard]] Result<void> add(const AccessLogLine& line, JournalPosition next, const ImportMoment& moment,
                                 ImportChunk& chunk, ImportReport& report);

  ImportId id_;
  std::unique_ptr<AccessLogParser> parser_;
  ImportKeyLookup::Owner fixed_key_;
  ImportKeyLookup lookup_;
};

}  // namespace weir
