// `weir serve`: from flags and file to a running instance, until a signal ends it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/config.h"

namespace weir {

/// Flags of the command line; they win over the file.
struct ServeFlags {
  std::string config_file;  // "": none
  std::optional<std::string> upstream;
  std::optional<std::string> listen;
  std::optional<std::string> admin_listen;
  std::optional<std::string> data_dir;
  std::optional<std::string> log_format;
  std::optional<std::string> log_level;
  std::optional<std::uint32_t> threads;
};

/// The file's settings with the flags over them. kInvalid names the line of the file, or the flag.
[[nodiscard]] Result<Config> effective_config(const ServeFlags& flags);

/// Serves until SIGTERM or SIGINT. The process's exit code.
int serve(const ServeFlags& flags);

}  // namespace weir
