// HMAC-SHA-256 of keys under the instance's pepper (RFC 2104, FIPS 180-4): what is stored instead of a key.
#pragma once

#include <memory>
#include <string_view>

#include "model/api_key.h"

namespace weir {

/// Computes digests under one pepper. Any thread; no allocation a call.
class KeyHasher {
 public:
  /// `pepper` as keys/pepper.h gives it: raw bytes.
  explicit KeyHasher(std::string_view pepper);
  ~KeyHasher();

  [[nodiscard]] KeyDigest digest(std::string_view key) const noexcept;

 private:
  struct States;
  std::unique_ptr<States> states_;  // SHA-256 after the inner and the outer padded pepper
};

/// In constant time.
[[nodiscard]] bool equal_digests(const KeyDigest& a, const KeyDigest& b) noexcept;

}  // namespace weir
