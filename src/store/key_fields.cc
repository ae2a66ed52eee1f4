#include "store/key_fields.h"

#include <array>

#include <boost/json.hpp>

namespace weir {
namespace {

namespace json = boost::json;

constexpr char kDigits[] = "0123456789abcdef";

constexpr std::array<std::uint8_t, 256> make_digit_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(0xFF);
  for (std::uint8_t i = 0; i < 16; ++i) values[static_cast<std::uint8_t>(kDigits[i])] = i;
  return values;
}
constexpr auto kDigitValues = make_digit_values();

tl::unexpected<Error> damaged(std::string_view field) {
  return fail(ErrorCode::kCorrupt, std::string("a stored key's ") + std::string(field) + " cannot be read");
}

Result<std::vector<std::string>> decode_array(std::string_view text, std::string_view field) {
  std::vector<std::string> items;
  if (text.empty()) return items;
  json::error_code error;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !value.is_array()) return damaged(field);
  for (const json::value& item : value.get_array()) {
    if (!item.is_string()) return damaged(field);
    items.emplace_back(item.get_string());
  }
  return items;
}

}  // namespace

std::string encode_digest(const KeyDigest& digest) {
  std::string text;
  text.reserve(digest.size() * 2);
  for (const std::uint8_t byte : digest) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

bool decode_digest(std::string_view text, KeyDigest& digest) {
  if (text.size() != digest.size() * 2) return false;
  std::uint8_t wrong = 0;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const std::uint8_t high = kDigitValues[static_cast<std::uint8_t>(text[2 * i])];
    const std::uint8_t low = kDigitValues[static_cast<std::uint8_t>(text[2 * i + 1])];
    wrong = static_cast<std::uint8_t>(wrong | ((high | low) & 0xF0));
    digest[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return wrong == 0;
}

std::string encode_limits(const LimitOverrides& limits) {
  if (limits.empty()) return {};
  json::object object;
  for (const auto& [window, limit] : limits)
    object[window] = limit == kUnlimited ? json::value() : json::value(limit);
  return json::serialize(object);
}

std::string encode_routes(const std::vector<std::string>& routes) {
  if (routes.empty()) return {};
  return json::serialize(json::array(routes.begin(), routes.end()));
}

std::string encode_networks(const std::vector<IpNetwork>& networks) {
  if (networks.empty()) return {};
  json::array array;
  for (const IpNetwork& network : networks) array.emplace_back(network.to_string());
  return json::serialize(array);
}

Result<LimitOverrides> decode_limits(std::string_view text) {
  LimitOverrides limits;
  if (text.empty()) return limits;
  json::error_code error;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !value.is_object()) return damaged("limits");
  for (const auto& [window, limit] : value.get_object()) {
    if (limit.is_null()) {
      limits[std::string(window)] = kUnlimited;
      continue;
    }
    json::error_code wrong;
    limits[std::string(window)] = limit.to_number<std::uint32_t>(wrong);
    if (wrong) return damaged("limits");
  }
  return limits;
}

Result<std::vector<std::string>> decode_routes(std::string_view text) {
  return decode_array(text, "allowed routes");
}

Result<std::vector<IpNetwork>> decode_networks(std::string_view text) {
  WEIR_TRY_ASSIGN(items, decode_array(text, "allowed networks"));
  std::vector<IpNetwork> networks;
  for (const std::string& item : items) {
    auto network = IpNetwork::parse(item);
    if (!network) return damaged("allowed networks");
    networks.push_back(*network);
  }
  return networks;
}

}  // namespace weir
