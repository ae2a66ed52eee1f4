#include "gateway/durable_wait.h"

#include "base/log.h"

namespace weir {

net::Task<void> wait_until_durable(Worker& worker) {
  const Journal& journal = worker.recorder().journal();
  const JournalPosition appended = journal.end();
  const Instant deadline = worker.now() + kDurableWaitMax;
  while (journal.durable() < appended) {
    if (worker.now() > deadline) {
      log::error("an answer went out before its record was on the disk",
                 {{"waited_seconds", kDurableWaitMax.count()}});
      co_return;
    }
    co_await worker.loop().sleep(Millis{1});
  }
}

}  // namespace weir
