// Arbitrary bytes as the settings of alerts and of who is told: an answer or an error, what is read is
// written back the same, and no secret is in what is shown.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <boost/json/serialize.hpp>

#include "admin/alert_settings_json.h"
#include "admin/json_document.h"
#include "admin/notify_settings_json.h"

namespace {

using namespace weir;

void require(bool condition) {
  if (!condition) std::abort();
}

void read_thresholds(std::string_view text) {
  const auto settings = parse_alert_settings(text);
  if (!settings) return require(!settings.error().detail.empty());
  const std::string shown = boost::json::serialize(to_json(*settings));
  const auto again = parse_alert_settings(shown);
  require(again && boost::json::serialize(to_json(*again)) == shown);
}

void read_channels(const boost::json::object& document) {
  const auto settings = parse_notify_settings(document, {});
  if (!settings) return require(!settings.error().detail.empty());
  const boost::json::object shown = to_json(*settings);
  const auto again = parse_notify_settings(shown, secrets_document(*settings));
  require(again && to_json(*again) == shown && secrets_document(*again) == secrets_document(*settings));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_thresholds(text);
  const auto document = parse_json_document(text);
  if (document && document->is_object()) read_channels(document->get_object());
  return 0;
}
