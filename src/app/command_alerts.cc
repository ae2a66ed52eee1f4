#include "app/command.h"

namespace weir {

void add_alerts_commands(CLI::App& app, Commands& commands) {
  CLI::App& group = add_group(app, "alerts", "What weir tells people about");
  add_test_channel_command(group, commands);
}

}  // namespace weir
