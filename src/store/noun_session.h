// The SQL session all nouns share: one connection, one caller at a time, exceptions turned into Errors.
//
// The SQL in here and above is what SQLite and PostgreSQL have in common; what differs is in NounDialect.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <soci/soci.h>

#include "base/result.h"

namespace weir {

/// What one SQL backend does its own way.
struct NounDialect {
  std::string begin;                                       // starts a writing transaction
  std::function<Error(const soci::soci_error&)> classify;  // kConflict: a uniqueness was violated
};

/// Thread-safe: `read`, `write` and `atomically` wait for other threads' ones.
class NounSession {
 public:
  NounSession(std::unique_ptr<soci::session> session, NounDialect dialect)
      : session_(std::move(session)), dialect_(std::move(dialect)) {}

  /// Runs `work(session)`, which returns a Result.
  template <class Work>
  auto read(Work work) -> decltype(work(std::declval<soci::session&>())) {
    const std::lock_guard lock(mutex_);
    try {
      return work(*session_);
    } catch (const soci::soci_error& error) {
      return tl::unexpected<Error>(dialect_.classify(error));
    } catch (const std::exception& error) {
      return fail(ErrorCode::kInternal, std::string("the store: ") + error.what());
    }
  }

  /// The same in a transaction, committed when the Result is a value, rolled back when it is an error. Inside
  /// another one of the same thread it is a step of that: undone alone when it fails, kept with the whole.
  template <class Work>
  auto write(Work work) -> decltype(work(std::declval<soci::session&>())) {
    return read([&](soci::session& sql) -> decltype(work(sql)) {
      Transaction transaction(sql, depth_ == 0 ? dialect_.begin : "", depth_);
      auto result = work(sql);
      if (result) transaction.commit();
      return result;
    });
  }

 private:
  /// Begins, and rolls back unless committed. An empty `begin` is a step inside a transaction.
  class Transaction {
   public:
    Transaction(soci::session& sql, const std::string& begin, int& depth);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

   private:
    soci::session& sql_;
    const bool is_step_;
    int& depth_;
    bool open_ = true;
  };

  std::recursive_mutex mutex_;              // held over a whole transaction
  std::unique_ptr<soci::session> session_;  // guarded by mutex_
  int depth_ = 0;                           // guarded by mutex_: transactions open, steps counted
  NounDialect dialect_;
};

}  // namespace weir
