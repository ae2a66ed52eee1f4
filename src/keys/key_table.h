// Every key in memory, looked up by threads that never wait.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ip_address.h"
#include "base/result.h"
#include "model/api_key.h"
#include "model/ids.h"

namespace weir {

/// Greatest id a key may have in the table; as many counters has the limiter.
inline constexpr std::uint32_t kKeyIdMax = (1U << 24) - 1;

enum class KeyStatus : std::uint8_t { kValid, kMalformed, kUnknown, kExpired, kInactive };

/// Where a key may be used from and for; only keys that have any carry it.
struct KeyRestrictions {
  std::vector<std::string> routes;  // path prefixes; empty: all
  std::vector<IpNetwork> networks;  // empty: all

  /// A prefix matches whole segments: "/v1" allows "/v1" and "/v1/x", not "/v10".
  [[nodiscard]] bool allow(std::string_view path, const IpAddress& source) const;
  [[nodiscard]] bool allow_source(const IpAddress& source) const;
};

/// What a look-up found. `id`, `user` and `quota` are set for kValid, kExpired and kInactive.
struct KeyMatch {
  KeyStatus status = KeyStatus::kUnknown;
  KeyId id;
  UserId user;
  QuotaId quota;
  const KeyRestrictions* restrictions = nullptr;  // valid while the caller's EpochGuard (base/epoch.h) lives
};

class KeyTable {
 public:
  /// `pepper`: the instance's secret (keys/pepper.h), at least 32 bytes.
  [[nodiscard]] static std::unique_ptr<KeyTable> create(std::string_view pepper);
  virtual ~KeyTable() = default;

  /// Finds a presented key. Any thread, under an EpochGuard; never blocks, allocates (once a thread is warm)
  /// or makes a system call. Secrets are compared in constant time.
  [[nodiscard]] virtual KeyMatch find(std::string_view presented, UtcTime now) noexcept = 0;

  /// Writer side, one thread at a time and under no guard: puts a key in force (new or changed) as of now; in
  /// force for every look-up that starts after the call returns. `owner_active`: an inactive owner's keys are
  /// inactive. A key beyond kKeyIdMax is logged and left out. A retired secret answers kExpired once it
  /// ended.
  virtual void put(const ApiKey& key, QuotaId quota, bool owner_active) = 0;
  virtual void erase(KeyId id) = 0;
  virtual void reserve(std::size_t keys) = 0;

  /// Each once: keys whose new secret was used for the first time while the retired one was to end on that:
  /// the retired one no longer works here; the caller makes it so in the store. Any thread.
  [[nodiscard]] virtual std::vector<KeyId> take_ended_rotations() = 0;

  [[nodiscard]] virtual std::size_t size() const noexcept = 0;
};

}  // namespace weir
