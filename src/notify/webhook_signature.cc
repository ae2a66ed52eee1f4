#include "notify/webhook_signature.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "notify/base64.h"

namespace weir {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kKeyMin = 24;
constexpr std::size_t kKeyMax = 64;

std::string hmac_sha256(std::string_view key, std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  return {reinterpret_cast<const char*>(digest), size};
}

}  // namespace

Result<std::string> webhook_key(std::string_view secret) {
  Result<std::string> key;
  if (secret.starts_with(kPrefix)) key = from_base64(secret.substr(kPrefix.size())).value_or("");
  if (key->size() < kKeyMin || key->size() > kKeyMax) {
    key = fail(ErrorCode::kInvalid,
               fmt::format("is whsec_ and the base64 of {} to {} random bytes", kKeyMin, kKeyMax));
  }
  return key;
}

std::string webhook_timestamp(UtcTime at) {
  return std::to_string(std::chrono::floor<Seconds>(at).time_since_epoch().count());
}

std::string webhook_signature(std::span<const std::string> secrets, std::string_view id, UtcTime timestamp,
                              std::string_view body) {
  const std::string text = fmt::format("{}.{}.{}", id, webhook_timestamp(timestamp), body);
  std::string signatures;
  for (const std::string& secret : secrets) {
    const auto key = webhook_key(secret);
    if (!key) continue;
    if (!signatures.empty()) signatures += ' ';
    signatures += fmt::format("v1,{}", to_base64(hmac_sha256(*key, text)));
  }
  return signatures;
}

}  // namespace weir
