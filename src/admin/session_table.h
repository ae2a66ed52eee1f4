// Who is signed in on the web page: sessions in memory, gone with the process.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "keys/digest.h"
#include "model/ids.h"

namespace weir {

struct SessionRules {
  Seconds idle{3600};           // ends so long after its last call
  Seconds lifetime{12 * 3600};  // and so long after the sign-in at the latest
  std::size_t sessions_max = 1000;
  std::size_t of_one_token_max = 20;
};

/// One session as a call finds it.
struct Session {
  KeyDigest id{};  // of its cookie
  TokenId token;   // what was signed in with
  std::string csrf_token;
  UtcTime expires_at{};  // its lifetime's end
};

/// Thread-safe; never blocks but on its own lock. At a bound the session that was idle longest ends for the
/// new one. Cookies are kept as digests: the table's memory opens nothing.
class SessionTable {
 public:
  explicit SessionTable(SessionRules rules, std::string_view pepper) : rules_(rules), hasher_(pepper) {}

  struct Opened {
    std::string secret;  // for the cookie, once
    Session session;
  };
  /// kUnavailable: the system's random source gives nothing.
  [[nodiscard]] Result<Opened> open(TokenId token, Instant now, UtcTime at);
  /// The session of a cookie that has not ended; it is not idle from now on.
  [[nodiscard]] std::optional<Session> find(std::string_view secret, Instant now);
  /// Whether it has not ended yet; it stays as idle as it is.
  [[nodiscard]] bool is_open(const KeyDigest& id, Instant now) const;
  /// False: there was none.
  bool close(std::string_view secret);
  /// Ends every session a token opened; how many it were.
  std::size_t close_all_of(TokenId token);
  /// Forgets what has ended.
  void tick(Instant now);

  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    TokenId token;
    std::string csrf_token;
    Instant opened;
    UtcTime expires_at;  // as it was told at the sign-in
    Instant used;
  };
  using Entries = std::map<KeyDigest, Entry>;
  [[nodiscard]] bool has_ended(const Entry& entry, Instant now) const;
  void make_room(TokenId token);

  const SessionRules rules_;
  KeyHasher hasher_;
  mutable std::mutex mutex_;  // never held across I/O
  Entries entries_;           // guarded by mutex_; at most sessions_max
};

/// The cookie's secret as it is made: what has another shape was never one.
[[nodiscard]] bool is_session_shaped(std::string_view secret);

}  // namespace weir
