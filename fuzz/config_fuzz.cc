// Arbitrary bytes as a configuration file: an answer or an error, and what is read is written back the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "app/config.h"
#include "app/config_show.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "SET") return "60";
    return std::nullopt;
  };
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto config = weir::parse_config(text, "fuzz.yaml", environment);
  if (!config) {
    if (config.error().detail.empty()) std::abort();  // an error always says something
    return 0;
  }
  const std::string shown = weir::config_to_yaml(*config);
  const auto again = weir::parse_config(shown, "shown.yaml", environment);
  if (!again || weir::config_to_yaml(*again) != shown) std::abort();
  return 0;
}
