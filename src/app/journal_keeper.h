// The thread that brings the journals to the disk and prepares room ahead of their writers.
#pragma once

#include <thread>
#include <vector>

#include "app/config.h"
#include "app/pause.h"
#include "base/clock.h"
#include "journal/journal.h"

namespace weir {

/// Keeps all journals while it lives: every `sync`, or with `sync_always` as soon as a record waits for the
/// disk.
class JournalKeeper {
 public:
  /// `journals` outlive it.
  JournalKeeper(std::vector<Journal*> journals, const JournalConfig& config, const Clock& clock);
  ~JournalKeeper();

  /// Ends the thread after one last sync.
  void stop();

 private:
  void run(const std::stop_token& stop);
  void keep_all();
  [[nodiscard]] bool waiting_for_disk() const;

  const std::vector<Journal*> journals_;
  const JournalConfig config_;
  const Clock& clock_;
  Pause pause_;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace weir
