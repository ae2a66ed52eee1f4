// The characters of a token (RFC 9110, 5.6.2).
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace weir::net {

inline constexpr std::array<bool, 256> kTokenCharacters = [] {
  std::array<bool, 256> table{};
  for (const char c :
       std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    table[static_cast<std::size_t>(c)] = true;
  }
  return table;
}();

constexpr bool is_token_character(char c) {
  return kTokenCharacters[static_cast<unsigned char>(c)];
}

}  // namespace weir::net
