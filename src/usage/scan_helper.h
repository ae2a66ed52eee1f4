// A second thread that takes part in long scans, on a snapshot of its own.
//
// Blocks never change, and no id is given to two of them: a later snapshot in which all blocks of the first
// are still seen has the same rows of them. When one is missing, the helper leaves the scan alone.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>

#include "base/result.h"
#include "usage/block_scanner.h"
#include "usage/scan_room.h"
#include "usage/scan_work.h"

namespace weir {

class ScanHelper {
 public:
  /// `store` outlives it. `patience`: the cost (BlockScanner) from which on a scan is worth a second thread.
  ScanHelper(RollupStore& store, std::size_t patience) : store_(store), patience_(patience) {}

  /// Scans `work` until none is left. kCorrupt, kIo, or what `user_of` says. Any thread.
  [[nodiscard]] Result<void> scan(BlockScanner& scanner, const ScanQuestion& question, ScanWork& work);

 private:
  enum class State { kFree, kAsked, kTaken, kDone };
  class Help;

  bool start();
  bool ask(const ScanQuestion& question, ScanWork& work);
  Result<ScanResult> wait();
  void run(const std::stop_token& stop);
  Result<ScanResult> take_part(ScanQuestion question, ScanWork& work);
  Result<ScanResult> take_part_safely(const ScanQuestion& question, ScanWork& work);

  RollupStore& store_;
  const std::size_t patience_;
  ScanRoom room_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  State state_ = State::kFree;              // this and what follows: guarded by mutex_
  const ScanQuestion* question_ = nullptr;  // asked for
  ScanWork* work_ = nullptr;                // likewise
  Result<ScanResult> result_;               // when it is done
  std::jthread thread_;                     // from the first long scan on; last: ends before what it uses
};

}  // namespace weir
