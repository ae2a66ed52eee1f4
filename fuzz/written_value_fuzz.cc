// Arbitrary bytes as the values people and files write: addresses, networks, times, sizes, URLs, keys. What
// is read is written in one way, which is read the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/clock.h"
#include "base/ip_address.h"
#include "base/quantity.h"
#include "keys/key_format.h"
#include "net/address.h"
#include "notify/mail_address.h"
#include "notify/target_url.h"

namespace {

using namespace weir;

void require(bool condition) {
  if (!condition) std::abort();
}

template <class T>
void reads_back(std::string_view text) {
  const auto value = T::parse(text);
  if (!value) return require(!value.error().detail.empty());
  const std::string written = value->to_string();
  if constexpr (std::is_same_v<T, IpAddress>) {
    if (*value == IpAddress{}) return require(written.empty());  // "::" is how the unknown address is held
  }
  const auto again = T::parse(written);
  require(again && again->to_string() == written);
}

void read_target(std::string_view text) {
  const auto anywhere = check_target_url(text, true);
  const auto outside = check_target_url(text, false);
  require(anywhere || !outside);  // what may go inside may go anywhere
  static_cast<void>(check_target_host(text, false));
  if (is_mail_address(text)) require(text.find_first_of("\r\n <>\"") == text.npos);
}

void read_key(std::string_view text) {
  if (classify_key(text) == KeyShape::kMalformed) return;
  require(text.size() >= 8 && text.size() <= kKeyLengthMax);
  require(display_form(text).size() < text.size() + 4);
  const std::string token = environment_token(text);
  require(!token.empty() && token.size() <= 16);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  reads_back<IpAddress>(text);
  reads_back<IpNetwork>(text);
  reads_back<net::ListenAddress>(text);
  reads_back<net::UpstreamAddress>(text);
  static_cast<void>(parse_rfc3339(text));
  static_cast<void>(parse_duration(text));
  static_cast<void>(parse_size(text));
  read_target(text);
  read_key(text);
  return 0;
}
