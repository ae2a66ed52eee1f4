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

/// Thread-safe: `read` and `write` wait for one another.
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

  /// The same in a transaction, committed when the Result is a value, rolled back when it is an error.
  template <class Work>
  auto write(Work work) -> decltype(work(std::declval<soci::session&>())) {
    return read([&](soci::session& sql) -> decltype(work(sql)) {
      sql << dialect_.begin;
      Rollback rollback(sql);
      auto result = work(sql);
      if (result) {
        sql << "COMMIT";
        rollback.release();
      }
      return result;
    });
  }

 private:
  class Rollback {
   public:
    explicit Rollback(soci::session& sql) : sql_(&sql) {}
    Rollback(const Rollback&) = delete;
    Rollback& operator=(const Rollback&) = delete;
    ~Rollback();
    void release() { sql_ = nullptr; }

   private:
    soci::session* sql_;
  };

  std::mutex mutex_;
  std::unique_ptr<soci::session> session_;  // guarded by mutex_
  NounDialect dialect_;
};

}  // namespace weir
