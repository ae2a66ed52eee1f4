// What the commands share: their flags, how they are declared, and how they run.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "app/admin_client.h"
#include "base/result.h"

namespace weir {

/// The state of one command line while it is parsed and run.
struct Commands {
  bool json = false;
  std::function<int()> run;  // of the command that was named
};

/// A command that runs `body`. `examples`: lines for --help, without indentation.
CLI::App& add_command(CLI::App& parent, Commands& commands, const std::string& name,
                      const std::string& description, const std::string& examples, std::function<int()> body);

/// The same for a command that speaks to the server: with --json, --data-dir, --admin and --token-file, and a
/// client in hand. An error of `body` is printed.
using ClientBody = std::function<Result<void>(AdminClient& client, bool json)>;
CLI::App& add_client_command(CLI::App& parent, Commands& commands, const std::string& name,
                             const std::string& description, const std::string& examples, ClientBody body);

/// A group of commands, "keys"; needs one of them to follow.
CLI::App& add_group(CLI::App& parent, const std::string& name, const std::string& description);

/// The id of a user named by id or name, looked up by the server. kNotFound.
[[nodiscard]] Result<std::string> resolve_user(AdminClient& client, const std::string& user);

/// Under a table: how to see what did not fit the list.
void print_more(const boost::json::value& list);

void add_data_dir_flag(CLI::App& command, std::string& target);

// The groups, one file each.
void add_serve_command(CLI::App& app, Commands& commands);
void add_keys_commands(CLI::App& app, Commands& commands);
void add_key_import_command(CLI::App& keys, Commands& commands);
void add_users_commands(CLI::App& app, Commands& commands);
void add_limits_commands(CLI::App& app, Commands& commands);
void add_tokens_commands(CLI::App& app, Commands& commands);
void add_audit_command(CLI::App& app, Commands& commands);
void add_usage_commands(CLI::App& app, Commands& commands);
void add_summary_commands(CLI::App& usage, Commands& commands);
void add_watch_command(CLI::App& usage, Commands& commands);
void add_report_command(CLI::App& app, Commands& commands);
void add_usage_import_command(CLI::App& usage, Commands& commands);
void add_alerts_commands(CLI::App& app, Commands& commands);
void add_silence_commands(CLI::App& alerts, Commands& commands);
void add_alert_settings_commands(CLI::App& alerts, Commands& commands);
void add_alert_report_command(CLI::App& alerts, Commands& commands);
void add_alert_digest_command(CLI::App& alerts, Commands& commands);
void add_alert_replay_command(CLI::App& alerts, Commands& commands);
void add_test_channel_command(CLI::App& alerts, Commands& commands);
void add_deliveries_commands(CLI::App& app, Commands& commands);
void add_config_commands(CLI::App& app, Commands& commands);

}  // namespace weir
