#include "pipeline/pipeline.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/breath.h"
#include "pipeline/import_source.h"
#include "pipeline/journal_source.h"
#include "pipeline/key_deltas.h"
#include "usage/rollup_accumulator.h"

namespace weir {
namespace {

/// Records of a source taken at once: what they need of memory stays in the processor's caches.
constexpr std::size_t kBatch = 512;
/// Counters and positions are committed, and waited for, once in so much time or so many records; until then
/// the journal keeps what the call log already has.
constexpr Micros kCommitInterval = Millis(250);
constexpr std::size_t kCommitRecords = 65536;
constexpr std::size_t kPiece = 32;  // records between breaths: some 30 µs, from cold caches 100
/// A call is given to the alerts within this of its end, nearly always; one that is late counts a second
/// later.
constexpr Micros kAlertSettle = Millis(300);

class StorePipeline final : public Pipeline {
 public:
  StorePipeline(const std::vector<Journal*>& journals, Store& store, EndpointTable& endpoints,
                std::vector<std::string> window_names, ImportQueue* imports)
      : calls_(store.calls()),
        counters_(store.pipeline()),
        endpoints_(endpoints),
        window_names_(std::make_shared<const std::vector<std::string>>(std::move(window_names))) {
    for (std::size_t i = 0; i < journals.size(); ++i) {
      sources_.push_back(std::make_unique<JournalSource>(static_cast<JournalIndex>(i), *journals[i]));
    }
    if (imports != nullptr) sources_.push_back(std::make_unique<ImportSource>(*imports));
  }

  Result<std::size_t> step(UtcTime now, std::size_t most) override;

  bool importing() const override { return importing_; }
  void watch(LiveTotals& live) override { live_ = &live; }
  void attach(AlertStage& alerts) override { alerts_ = &alerts; }

  void set_window_names(std::vector<std::string> names) override {
    auto shared = std::make_shared<const std::vector<std::string>>(std::move(names));
    const std::lock_guard lock(mutex_);
    window_names_ = std::move(shared);
  }

  void set_endpoint_rules(SharedEndpointRules rules) override {
    const std::lock_guard lock(mutex_);
    new_rules_ = std::move(rules);
  }

  PipelineStats stats() const override {
    const std::lock_guard lock(mutex_);
    return stats_;
  }

 private:
  Result<void> store_new(UtcTime now, std::size_t most);
  /// Fills batch_ with up to `each` records of each source, merged by time; an unreadable journal holds up
  /// none of the others.
  Result<void> gather(std::size_t each);
  void take_settings();
  /// Calls of an import are sent again when somebody sends them: what is settled for them is of their own.
  Result<void> know_import(const RecordSource& source);
  [[nodiscard]] EndpointTable::Known known_at(const SourcedRecord& sourced);
  CallEntry entry_of(const SourcedRecord& sourced);
  Result<void> add();
  /// Stores what the call log took of this step, or of one that failed.
  Result<void> flush();
  /// Adds a call that is in the call log to everything derived from calls.
  void count(const CallEntry& entry);
  /// Stores names first met in batch_, so that none is in the call log only, and gives its calls theirs.
  Result<void> name_endpoints();
  void evaluate_alerts(UtcTime now);
  Result<void> commit(UtcTime now);
  [[nodiscard]] Result<bool> reached_the_store() const;
  [[nodiscard]] bool replaying() const;
  Result<void> finish_commit();
  void update_stats(UtcTime now, bool failed);

  CallLog& calls_;
  PipelineStore& counters_;
  EndpointTable& endpoints_;
  std::vector<std::unique_ptr<RecordSource>> sources_;
  LiveTotals* live_ = nullptr;
  AlertStage* alerts_ = nullptr;
  UtcTime newest_end_{};  // of the calls told to alerts_
  std::vector<CallEntry> batch_;
  std::shared_ptr<const std::vector<std::string>> batch_names_;  // what the batch's views point into
  std::size_t stored_ = 0;                                       // by this step
  bool importing_ = false;                                       // … calls of an import among them
  std::optional<UtcTime> newest_;                                // when the latest call taken began
  std::optional<UtcTime> unflushed_;  // when the oldest call began that the log took and may not have stored

  KeyDeltas deltas_;             // of records in the call log, not committed yet
  RollupAccumulator rollups_;    // … of the same
  std::size_t uncommitted_ = 0;  // how many those are
  UtcTime committed_at_{};
  bool commit_owed_ = false;                           // one was begun and has not succeeded yet
  std::optional<JournalPositions> doubtful_;           // of a commit that said it failed
  EndpointId doubtful_settled_;                        // … of the same
  std::map<JournalIndex, EndpointId> import_settled_;  // as the store has it; of imports met since the start
  std::map<JournalIndex, MetEndpoints> import_met_;    // since then

  mutable std::mutex mutex_;
  std::shared_ptr<const std::vector<std::string>> window_names_;  // guarded by mutex_
  SharedEndpointRules new_rules_;                                 // guarded by mutex_
  PipelineStats stats_;                                           // guarded by mutex_
};

Result<std::size_t> StorePipeline::step(UtcTime now, std::size_t most) {
  stored_ = 0;
  importing_ = false;
  const auto done = store_new(now, most);
  update_stats(now, !done);
  if (live_ != nullptr) live_->tick(now);
  if (!done) return tl::unexpected<Error>(done.error());
  return stored_;
}

Result<void> StorePipeline::store_new(UtcTime now, std::size_t most) {
  // What was left undone first: a store that refuses must not be given ever more calls.
  WEIR_TRY(flush());
  if (commit_owed_) WEIR_TRY(commit(now));
  Result<void> read;
  while (stored_ < most) {
    if (auto gathered = gather(std::min(kBatch, most - stored_)); !gathered) read = std::move(gathered);
    if (batch_.empty()) break;
    WEIR_TRY(add());
    // A refused call has its endpoint's name only once that is committed: a new one is not kept waiting.
    if (importing_ || replaying() || endpoints_.newest() == endpoints_.settled()) continue;
    WEIR_TRY(flush());
    WEIR_TRY(commit(now));
    committed_at_ = now;
  }
  WEIR_TRY(flush());
  if (alerts_ != nullptr) evaluate_alerts(now);
  const bool due = stored_ == 0 || uncommitted_ >= kCommitRecords || now < committed_at_ ||
                   now - committed_at_ >= kCommitInterval;
  if ((uncommitted_ > 0 && due) || (alerts_ != nullptr && alerts_->urgent())) {
    WEIR_TRY(commit(now));
    committed_at_ = now;
  }
  return read;
}

Result<void> StorePipeline::gather(std::size_t each) {
  Result<void> read;
  batch_.clear();
  const bool again = replaying();
  for (const auto& source : sources_) {
    // Until then no commit settles a name, and an import's calls need it.
    if (again && source->is_import()) continue;
    if (auto filled = source->fill(each); !filled) read = std::move(filled);
    WEIR_TRY(know_import(*source));
  }
  take_settings();
  for (;;) {
    // The log reads newest first, so calls go in as they came, whichever thread served them.
    RecordSource* from = nullptr;
    SourcedRecord earliest;
    for (const auto& source : sources_) {
      const auto next = source->peek();
      if (!next || (from != nullptr && earliest.record->at <= next->record->at)) continue;
      earliest = *next;
      from = source.get();
    }
    if (from == nullptr) return read;
    from->take();
    batch_.push_back(entry_of(earliest));
    // What comes next of this source may have come before what the others have ready.
    if (!from->peek() && from->has_unread()) return read;
    if (batch_.size() % kPiece == 0) breathe();
  }
}

Result<void> StorePipeline::know_import(const RecordSource& source) {
  const auto next = source.peek();  // what is ready of an import is of one alone
  if (!next || next->journal < kFirstImportJournal || import_settled_.contains(next->journal)) return {};
  WEIR_TRY_ASSIGN(settled, counters_.import_settled(next->journal));
  import_settled_.emplace(next->journal, settled);
  return {};
}

/// Journals' records meet in another order when they are read again, so only what is settled counts.
EndpointTable::Known StorePipeline::known_at(const SourcedRecord& sourced) {
  if (sourced.journal < kFirstImportJournal) return {.settled = endpoints_.settled()};
  return {.settled = import_settled_.at(sourced.journal),
          .met = &import_met_[sourced.journal],
          .at = sourced.next};
}

void StorePipeline::take_settings() {
  SharedEndpointRules rules;
  {
    const std::lock_guard lock(mutex_);
    batch_names_ = window_names_;
    rules = std::exchange(new_rules_, nullptr);
  }
  if (rules) endpoints_.set_rules(std::move(rules));
}

CallEntry StorePipeline::entry_of(const SourcedRecord& sourced) {
  const UsageRecord& record = *sourced.record;
  const std::uint8_t window = record.refused_window;
  return {.journal = sourced.journal,
          .next = sourced.next,
          .record = &record,
          .refused_window =
              window < batch_names_->size() ? std::string_view((*batch_names_)[window]) : std::string_view(),
          .endpoint = {},
          .endpoint_id = endpoints_.classify(record.path, record.status, record.outcome, known_at(sourced))};
}

Result<void> StorePipeline::name_endpoints() {
  if (const auto unsaved = endpoints_.unsaved(); !unsaved.empty()) {
    WEIR_TRY(counters_.add_endpoints(unsaved));
    endpoints_.saved();
    endpoints_.publish();
  }
  for (CallEntry& entry : batch_) entry.endpoint = endpoints_.name(entry.endpoint_id);
  return {};
}

Result<void> StorePipeline::add() {
  auto added = name_endpoints();
  if (added) added = calls_.add(batch_);
  if (!added) {
    for (const auto& source : sources_) source->put_back();
    return added;
  }
  if (!unflushed_) unflushed_ = batch_.front().record->at;
  newest_ = batch_.back().record->at;
  for (const CallEntry& entry : batch_) {
    count(entry);
    if (++stored_ % kPiece == 0) breathe();
  }
  for (const auto& source : sources_) source->keep();
  uncommitted_ += batch_.size();
  return {};
}

Result<void> StorePipeline::flush() {
  if (!unflushed_) return {};
  WEIR_TRY(calls_.flush());
  unflushed_.reset();
  return {};
}

void StorePipeline::count(const CallEntry& entry) {
  const UsageRecord& record = *entry.record;
  deltas_.add(record);
  rollups_.add(record, entry.endpoint_id);
  if (entry.journal >= kFirstImportJournal) {
    importing_ = true;
    if (alerts_ != nullptr) alerts_->add_history(record);
    return;
  }
  if (live_ != nullptr) live_->add(record);
  if (alerts_ == nullptr) return;
  alerts_->add(record, entry.endpoint_id);
  newest_end_ = std::max(newest_end_, record.at + record.response_time);
}

/// Who is behind goes by the time of the calls; else by the clock, so that alerts end when calls do.
void StorePipeline::evaluate_alerts(UtcTime now) {
  const bool behind =
      std::any_of(sources_.begin(), sources_.end(), [](const auto& source) { return source->behind(); });
  const UtcTime known = behind ? std::min(now, newest_end_) : now;
  if (known != UtcTime{}) alerts_->advance(known - kAlertSettle, now);
  alerts_->run_requests();
}

/// A commit can reach the store and its answer be lost.
Result<bool> StorePipeline::reached_the_store() const {
  WEIR_TRY_ASSIGN(held, counters_.positions());
  const bool reached = std::all_of(doubtful_->begin(), doubtful_->end(), [&held](const auto& attempted) {
    const auto found = held.find(attempted.first);
    return found != held.end() && found->second >= attempted.second;
  });
  if (!reached || alerts_ == nullptr) return reached;
  return alerts_->is_stored();
}

/// The order that makes a crash harmless at any point: calls on the disk, then counters with the positions,
/// then the journal may forget. Records that are read again are in their day file by its own positions, and
/// are counted because weir.db never got this far.
Result<void> StorePipeline::commit(UtcTime now) {
  commit_owed_ = true;
  WEIR_TRY(calls_.sync());
  if (doubtful_) {
    WEIR_TRY_ASSIGN(reached, reached_the_store());
    if (reached) return finish_commit();
  }
  doubtful_.emplace();
  for (const auto& source : sources_) source->add_positions(*doubtful_);
  doubtful_settled_ = replaying() ? endpoints_.settled() : endpoints_.newest();
  const std::vector<RollupDelta> rollups = rollups_.deltas();
  WEIR_TRY(counters_.commit({.key_usage = deltas_.sorted(),
                             .positions = *doubtful_,
                             .settled_endpoint = doubtful_settled_,
                             .rollups = rollups,
                             .now = now,
                             .alerts = alerts_ == nullptr ? nullptr : &alerts_->prepare()}));
  return finish_commit();
}

/// Calls of a run before this one may still be read again: they are to find the same names settled as then.
bool StorePipeline::replaying() const {
  return std::any_of(sources_.begin(), sources_.end(),
                     [](const auto& source) { return source->replaying(); });
}

Result<void> StorePipeline::finish_commit() {
  for (const auto& source : sources_) source->release(*doubtful_);
  for (const auto& [journal, position] : *doubtful_) {
    if (journal >= kFirstImportJournal) import_settled_[journal] = doubtful_settled_;
  }
  doubtful_.reset();
  commit_owed_ = false;
  if (!replaying()) endpoints_.settle();
  import_met_.clear();
  deltas_.clear();
  rollups_.clear();
  uncommitted_ = 0;
  if (alerts_ != nullptr) alerts_->committed();
  return {};
}

void StorePipeline::update_stats(UtcTime now, bool failed) {
  double lag = 0;
  const auto late = [&](UtcTime at) { lag = std::max(lag, std::chrono::duration<double>(now - at).count()); };
  for (const auto& source : sources_) {
    // Records not even read are younger than the newest that was.
    const UsageRecord* oldest = source->oldest();
    if (oldest != nullptr)
      late(oldest->at);
    else if (source->behind() && newest_)
      late(*newest_);
  }
  if (unflushed_) late(*unflushed_);
  const std::lock_guard lock(mutex_);
  stats_.stored_records += stored_;
  stats_.failed_batches += failed ? 1 : 0;
  stats_.endpoints = endpoints_.newest().value();
  stats_.crowded_out = endpoints_.crowded_out();
  stats_.lag_seconds = lag;
}

}  // namespace

std::unique_ptr<Pipeline> Pipeline::create(std::vector<Journal*> journals, Store& store,
                                           EndpointTable& endpoints, std::vector<std::string> window_names,
                                           ImportQueue* imports) {
  return std::make_unique<StorePipeline>(journals, store, endpoints, std::move(window_names), imports);
}

}  // namespace weir
