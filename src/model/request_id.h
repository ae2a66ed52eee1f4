// The identifier of one request, as in X-Request-Id.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

/// A UUID (RFC 9562), 16 bytes in network order. weir's own are version 7; a client's may be any.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  static constexpr std::size_t kTextSize = 36;
  /// Lower case, with hyphens; exactly that form is read, so that writing gives back what was read.
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text);
  void write(char* out) const;  // kTextSize characters, no terminator
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const Uuid&, const Uuid&) = default;
};

/// A version 7 UUID of `unix_millis` and 74 random bits (RFC 9562, 5.7).
[[nodiscard]] Uuid make_uuid_v7(std::uint64_t unix_millis, std::uint64_t random_high,
                                std::uint64_t random_low);

/// Longest client-sent X-Request-Id that is taken over; longer or stranger ones are replaced.
inline constexpr std::size_t kRequestIdMax = 128;

/// True for 1 to kRequestIdMax characters of [A-Za-z0-9._~:/+=@-].
[[nodiscard]] bool is_sane_request_id(std::string_view text);

}  // namespace weir
