#include "usage/scan_helper.h"

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

#include "base/thread_role.h"

namespace weir {
namespace {

std::vector<std::int64_t> ids_of(std::span<const RollupBlock> blocks) {
  std::vector<std::int64_t> ids;
  for (const RollupBlock& block : blocks) ids.push_back(block.id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

bool sees_all(std::span<const RollupBlock> seen, std::span<const RollupBlock> blocks) {
  const std::vector<std::int64_t> those = ids_of(seen);
  const std::vector<std::int64_t> of_question = ids_of(blocks);
  return std::includes(those.begin(), those.end(), of_question.begin(), of_question.end());
}

}  // namespace

/// From asking to waiting, whatever comes between.
class ScanHelper::Help {
 public:
  explicit Help(ScanHelper& helper) : helper_(helper) {}
  Help(const Help&) = delete;
  Help& operator=(const Help&) = delete;
  ~Help() {
    if (work_ == nullptr) return;
    work_->drop();
    static_cast<void>(helper_.wait());  // what is wrong already is told
  }

  void ask(const ScanQuestion& question, ScanWork& work) {
    tried_ = true;
    if (helper_.ask(question, work)) work_ = &work;
  }
  [[nodiscard]] bool tried() const { return tried_; }

  Result<void> merge_into(BlockScanner& scanner) {
    if (std::exchange(work_, nullptr) == nullptr) return {};
    WEIR_TRY_ASSIGN(found, helper_.wait());
    scanner.merge(found);
    helper_.room_.give(std::move(found));
    return {};
  }

 private:
  ScanHelper& helper_;
  bool tried_ = false;
  ScanWork* work_ = nullptr;  // null: nobody helps
};

Result<void> ScanHelper::scan(BlockScanner& scanner, const ScanQuestion& question, ScanWork& work) {
  Help help(*this);
  while (const RollupBlock* const block = work.take()) {
    if (!help.tried() && scanner.cost() >= patience_ && work.can_be_shared()) help.ask(question, work);
    WEIR_TRY(scanner.scan(*block));
  }
  return help.merge_into(scanner);
}

/// False: the system gives no thread now.
bool ScanHelper::start() {
  if (thread_.joinable()) return true;
  try {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  } catch (const std::system_error&) {
    return false;
  }
  return true;
}

bool ScanHelper::ask(const ScanQuestion& question, ScanWork& work) {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kFree || !start()) return false;  // another's scan has it
  state_ = State::kAsked;
  question_ = &question;
  work_ = &work;
  changed_.notify_all();
  return true;
}

Result<ScanResult> ScanHelper::wait() {
  std::unique_lock lock(mutex_);
  if (state_ == State::kAsked) {  // it has not come yet
    state_ = State::kFree;
    return ScanResult();
  }
  changed_.wait(lock, [this] { return state_ == State::kDone; });
  state_ = State::kFree;
  return std::exchange(result_, ScanResult());
}

void ScanHelper::run(const std::stop_token& stop) {
  begin_thread("weir-scan");
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return state_ == State::kAsked; })) {
    state_ = State::kTaken;
    const ScanQuestion& question = *question_;
    ScanWork& work = *work_;
    lock.unlock();
    Result<ScanResult> result = take_part_safely(question, work);
    lock.lock();
    result_ = std::move(result);
    state_ = State::kDone;
    changed_.notify_all();
  }
}

/// Memory that cannot be had is this question's error, as it is on the thread of who asked.
Result<ScanResult> ScanHelper::take_part_safely(const ScanQuestion& question, ScanWork& work) {
  try {
    return take_part(question, work);
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInternal, error.what());
  }
}

Result<ScanResult> ScanHelper::take_part(ScanQuestion question, ScanWork& work) {
  const auto snapshot = store_.snapshot();
  if (!snapshot) return ScanResult();  // what was asked for is answered without
  const auto seen = blocks_of(**snapshot, question);
  if (!seen || !sees_all(*seen, work.blocks())) return ScanResult();
  ScanResult room = room_.take();
  question.room = &room;
  BlockScanner scanner(**snapshot, question);
  while (const RollupBlock* const block = work.take()) WEIR_TRY(scanner.scan(*block));
  return scanner.take();
}

}  // namespace weir
