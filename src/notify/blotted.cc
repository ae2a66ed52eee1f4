#include "notify/blotted.h"

#include <algorithm>

#include "notify/settings_json.h"

namespace weir {
namespace {

constexpr std::size_t kPartMin = 8;  // shorter ones are words
constexpr std::size_t kCutMin = 4;   // of a secret's beginning

}  // namespace

std::vector<std::string> secrets_of_url(std::string_view url) {
  const auto scheme = url.find("://");
  const auto begin = url.find_first_of("/?#", scheme == std::string_view::npos ? 0 : scheme + 3);
  if (begin == std::string_view::npos) return {};
  const std::string_view target = url.substr(begin, url.find('#') - begin);
  if (target.size() <= 1) return {};
  const auto query = std::min(target.find('?'), target.size());
  std::vector<std::string> secrets{std::string(target)};
  if (query > 1 && query < target.size()) secrets.emplace_back(target.substr(0, query));
  for (std::size_t at = 0; at < target.size();) {
    const auto end = std::min(target.find_first_of("/?&=;", at), target.size());
    if (end - at >= kPartMin) secrets.emplace_back(target.substr(at, end - at));
    at = end + 1;
  }
  return secrets;
}

std::string blotted(std::string text, std::vector<std::string> secrets, bool is_cut) {
  // A part of another goes after it, so that no rest of that one stays.
  std::sort(secrets.begin(), secrets.end(),
            [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  for (const std::string& secret : secrets) {
    for (auto at = text.find(secret); !secret.empty() && at != std::string::npos;
         at = text.find(secret, at)) {
      text.replace(at, secret.size(), kMaskedSecret);
      at += kMaskedSecret.size();
    }
  }
  if (!is_cut) return text;
  for (const std::string& secret : secrets) {
    for (std::size_t size = std::min(secret.size(), text.size()); size >= kCutMin; --size) {
      if (!text.ends_with(std::string_view(secret).substr(0, size))) continue;
      text.replace(text.size() - size, size, kMaskedSecret);
      return text;
    }
  }
  return text;
}

}  // namespace weir
