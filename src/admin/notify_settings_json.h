// Who is told of alerts, as JSON: the sections channels, routes, quiet_hours, grouping and digest of
// /api/v1/alerts/settings, and how they are stored.
//
// Secrets go in only: what is shown has *** in their place, and what is stored keeps them apart.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "admin/object_reader.h"
#include "base/result.h"
#include "notify/settings.h"

namespace weir {

/// All sections, secrets masked.
[[nodiscard]] boost::json::object to_json(const NotifySettings& settings);

/// Their names.
inline constexpr std::array<std::string_view, 5> kNotifySections = {"channels", "routes", "quiet_hours",
                                                                    "grouping", "digest"};

/// Whether any of the sections is there.
[[nodiscard]] bool has_notify_sections(const ObjectReader& body);

/// Reads the sections that are there, the others are `held`'s. A secret that is missing or *** is that of the
/// held channel of the same name and type, if it goes to the same receiver: one that was set once cannot be
/// had by sending it somewhere else. null takes an optional one away. A URL that is missing, or as it is
/// shown, is the held one too. Problems are in the reader's.
[[nodiscard]] NotifySettings read_notify_settings(ObjectReader& body, const NotifySettings& held);

/// Takes the sections as they are: for who reads the rest of a document only.
void pass_over_notify_settings(ObjectReader& body);

/// The secrets that `to_json` leaves out, as JSON by channel.
[[nodiscard]] std::string secrets_document(const NotifySettings& settings);

/// The sections of a stored document, with the secrets stored beside it. kInvalid.
[[nodiscard]] Result<NotifySettings> parse_notify_settings(const boost::json::object& document,
                                                           std::string_view secrets);

}  // namespace weir
