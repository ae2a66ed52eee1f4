#include "keys/presented_hash.h"

#include <bit>
#include <cstdlib>
#include <cstring>

#include <openssl/rand.h>

#include "base/log.h"

namespace weir {
namespace {

static_assert(std::endian::native == std::endian::little);

struct State {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void absorb(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
  std::uint64_t squeeze() {
    round();
    round();
    round();
    round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

}  // namespace

PresentedHashKey draw_presented_hash_key() {
  PresentedHashKey key;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), sizeof key) != 1) {
    log::critical("the system's random source gives no bytes");
    log::flush();
    std::abort();
  }
  return key;
}

PresentedTag presented_tag(const PresentedHashKey& key, std::string_view text) noexcept {
  State state{key[0] ^ 0x736f6d6570736575U, key[1] ^ 0x646f72616e646f6dU ^ 0xee, key[0] ^ 0x6c7967656e657261U,
              key[1] ^ 0x7465646279746573U};
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; left -= 8, at += 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    state.absorb(word);
  }
  std::uint64_t last = static_cast<std::uint64_t>(text.size()) << 56;
  for (std::size_t i = 0; i < left; ++i)
    last |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(at[i])) << (8 * i);
  state.absorb(last);
  PresentedTag tag;
  state.v2 ^= 0xee;
  tag.low = state.squeeze();
  state.v1 ^= 0xdd;
  tag.high = state.squeeze();
  return tag;
}

}  // namespace weir
