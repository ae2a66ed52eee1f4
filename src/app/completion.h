// Completion scripts for shells, written from the command tree itself.
#pragma once

#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

namespace weir {

/// The script for "bash", "zsh" or "fish": commands and flags at every level, files and folders where a flag
/// takes them. Empty for another shell.
[[nodiscard]] std::string completion_script(const CLI::App& app, std::string_view shell);

}  // namespace weir
