// Taking over access logs: which there are, how far each is, and the next piece of one.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "admin/audit_trail.h"
#include "admin/log_import_reader.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/limit_settings.h"
#include "pipeline/import_queue.h"
#include "store/import_store.h"
#include "store/key_store.h"

namespace weir {

/// How an import's lines are read; kept with it as JSON.
struct ImportOptions {
  AccessLogOptions log;
  KeyId key;  // whose calls all are; none: as the log says

  [[nodiscard]] std::string to_json() const;
  [[nodiscard]] static Result<ImportOptions> from_json(const std::string& text);
};

struct ImportState {
  LogImport import;
  std::uint64_t accepted_bytes = 0;  // of the file: the next piece begins here
  std::uint64_t stored_bytes = 0;    // and up to here its calls are stored, whatever happens
  bool settled = true;               // every call that was accepted is stored
};

/// Any thread; calls block on the store, on the pipeline for up to kPatience, and on each other for one
/// import.
class ImportService {
 public:
  struct Parts {
    const Clock& clock;
    ImportStore& imports;
    KeyStore& keys;
    KeyTable& table;
    ImportQueue& queue;
    AuditTrail& audit;
    std::function<LimitSettings()> limits;  // in force
    /// The first moment whose calls the call log keeps; none: all are.
    std::function<std::optional<UtcTime>(UtcTime now)> calls_kept_from;
  };
  /// How long a piece waits for the pipeline before the call says that it was not accepted.
  static constexpr Millis kPatience{500};

  explicit ImportService(Parts parts) : parts_(parts) {}

  /// Makes an import, or finds the one of a file with that beginning. One that took no calls begins anew, as
  /// `options` say. kConflict: it took calls, and was read with other options.
  [[nodiscard]] Result<ImportState> open(const Actor& actor, const LogImport& wanted,
                                         const ImportOptions& options);
  [[nodiscard]] Result<ImportState> get(ImportId id);
  [[nodiscard]] Result<std::vector<ImportState>> list(ImportId after, std::size_t limit);
  /// Takes whole lines that begin at byte `offset`; one that is too long may be spread over pieces, and
  /// counts as one unreadable line. When the store is behind, `accepted_bytes` stays where it was: the same
  /// piece is to be sent again. kConflict names the offset that is next.
  [[nodiscard]] Result<std::pair<ImportState, ImportReport>> feed(ImportId id, std::uint64_t offset,
                                                                  std::string text);

 private:
  /// An import since the start: how far it is, and its reader.
  struct Session {
    std::mutex mutex;
    std::unique_ptr<LogImportReader> reader;  // guarded by mutex, like all here; made for the first piece
    std::uint64_t accepted_bytes = 0;
    std::uint64_t last_call_bytes = 0;  // behind the last call accepted; 0: none was, ever
    bool inside_line = false;           // the next piece begins inside a line that is too long
  };

  [[nodiscard]] Session& session_of(ImportId id);
  [[nodiscard]] ImportState state_of(LogImport import);
  /// With the session's mutex held.
  [[nodiscard]] ImportState state_locked(LogImport import, const Session& session) const;
  [[nodiscard]] Result<std::unique_ptr<LogImportReader>> make_reader(ImportId id);
  [[nodiscard]] Result<ImportState> create(const Actor& actor, LogImport import);
  [[nodiscard]] Result<ImportState> reopen(const Actor& actor, LogImport known, const std::string& options);

  Parts parts_;
  std::mutex mutex_;
  std::map<ImportId, std::unique_ptr<Session>> sessions_;  // guarded by mutex_; at most kImportIdMax
};

}  // namespace weir
