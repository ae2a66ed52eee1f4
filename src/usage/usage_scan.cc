#include "usage/usage_scan.h"

#include "usage/block_scanner.h"
#include "usage/scan_helper.h"
#include "usage/scan_work.h"

namespace weir {

Result<ScanResult> scan_usage(RollupSnapshot& snapshot, const ScanQuestion& question) {
  WEIR_TRY_ASSIGN(blocks, blocks_of(snapshot, question));
  ScanWork work(std::move(blocks));
  BlockScanner scanner(snapshot, question);
  if (question.helper != nullptr) {
    WEIR_TRY(question.helper->scan(scanner, question, work));
  } else {
    while (const RollupBlock* const block = work.take()) WEIR_TRY(scanner.scan(*block));
  }
  return scanner.take();
}

}  // namespace weir
