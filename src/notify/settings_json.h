// Settings of notifications as JSON for people to read: every secret is masked. Pure.
//
// Shared by what shows the configuration and by the API; how `grouping` is written is their own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "notify/settings.h"

namespace weir {

/// Stands where a secret is.
inline constexpr std::string_view kMaskedSecret = "***";

/// What of a URL everybody may see: "https://hooks.example.com/***". Whoever knows the rest can often send.
/// The same for one that is masked already.
[[nodiscard]] std::string masked_url(std::string_view url);

[[nodiscard]] boost::json::array to_json(const std::vector<ChannelSettings>& channels);
[[nodiscard]] boost::json::array to_json(const std::vector<NotifyRoute>& routes);
[[nodiscard]] boost::json::object to_json(const QuietHours& quiet);
[[nodiscard]] boost::json::object to_json(const DigestSettings& digest);

}  // namespace weir
