// OpenSSL 3 deprecates its plain SHA-256 calls in favour of EVP, whose contexts allocate in every copy. Here
// a copy of the state after the padded pepper is the whole point: half the work of an HMAC, and no
// allocation.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "keys/digest.h"

#include <array>

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace weir {

struct KeyHasher::States {
  SHA256_CTX inner;
  SHA256_CTX outer;
};

KeyHasher::KeyHasher(std::string_view pepper) : states_(std::make_unique<States>()) {
  std::array<unsigned char, SHA256_CBLOCK> block{};
  if (pepper.size() > block.size()) {
    SHA256(reinterpret_cast<const unsigned char*>(pepper.data()), pepper.size(), block.data());
  } else {
    pepper.copy(reinterpret_cast<char*>(block.data()), pepper.size());
  }
  for (auto& byte : block) byte ^= 0x36;
  SHA256_Init(&states_->inner);
  SHA256_Update(&states_->inner, block.data(), block.size());
  for (auto& byte : block) byte ^= 0x36 ^ 0x5C;
  SHA256_Init(&states_->outer);
  SHA256_Update(&states_->outer, block.data(), block.size());
  OPENSSL_cleanse(block.data(), block.size());
}

KeyHasher::~KeyHasher() {
  OPENSSL_cleanse(states_.get(), sizeof(States));
}

KeyDigest KeyHasher::digest(std::string_view key) const noexcept {
  KeyDigest result;
  SHA256_CTX state = states_->inner;
  SHA256_Update(&state, key.data(), key.size());
  SHA256_Final(result.data(), &state);
  state = states_->outer;
  SHA256_Update(&state, result.data(), result.size());
  SHA256_Final(result.data(), &state);
  return result;
}

bool equal_digests(const KeyDigest& a, const KeyDigest& b) noexcept {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace weir
