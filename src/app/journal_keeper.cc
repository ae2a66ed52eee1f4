#include "app/journal_keeper.h"

#include <algorithm>

#include "app/timed_breath.h"
#include "base/thread_role.h"

namespace weir {
namespace {

// With sync_always an answer waits for this thread, which cannot be woken by an append (that makes no system
// call): it looks often while there is traffic and seldom while there is none.
constexpr Nanos kLookBusy = Micros(50);
constexpr Nanos kLookIdle = Millis(2);
constexpr Nanos kKeepAlways = Millis(50);
constexpr Micros kRest{500};              // while segments are filled that no writer needs yet
constexpr Nanos kKeepIdle = Millis(500);  // the journal asks for once a second at least

}  // namespace

JournalKeeper::JournalKeeper(std::vector<Journal*> journals, const JournalConfig& config, const Clock& clock)
    : journals_(std::move(journals)), config_(config), clock_(clock) {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    begin_thread("weir-keeper");
    run(stop);
  });
}

JournalKeeper::~JournalKeeper() {
  stop();
}

void JournalKeeper::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

bool JournalKeeper::waiting_for_disk() const {
  return std::any_of(journals_.begin(), journals_.end(),
                     [](const Journal* journal) { return journal->end() > journal->durable(); });
}

void JournalKeeper::keep_all() {
  // What the disk refuses the journal has logged; the next round tries again.
  for (Journal* journal : journals_) (void)journal->keep();
}

void JournalKeeper::run(const std::stop_token& stop) {
  TimedBreath breath(clock_);
  Nanos look = config_.sync_always ? kLookBusy : config_.sync;
  Instant kept{};
  do {
    const Instant now = clock_.instant();
    const bool waiting = waiting_for_disk();
    // Room ahead is prepared even when nobody waits.
    if (waiting || now - kept >= (config_.sync_always ? kKeepAlways : kKeepIdle)) {
      breath.begin(config_.sync_always && waiting ? Micros(0) : kRest);  // answers wait for the sync
      keep_all();
      kept = now;
    }
    if (config_.sync_always) look = waiting ? kLookBusy : std::min<Nanos>(look * 2, kLookIdle);
  } while (pause_(stop, look));
  keep_all();
}

}  // namespace weir
