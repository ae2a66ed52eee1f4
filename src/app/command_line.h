// The command line of weir: every command, their help, their exit codes.
#pragma once

#include <memory>

namespace CLI {
class App;
}

namespace weir {

struct Commands;

/// The whole tree. `commands` outlives it.
[[nodiscard]] std::unique_ptr<CLI::App> build_command_line(Commands& commands);

/// Parses and runs; the process's exit code.
int run_command_line(int argc, const char* const* argv);

}  // namespace weir
