#include "app/command.h"

#include <memory>

#include "app/exit_code.h"
#include "app/output.h"

namespace weir {
namespace {

std::string examples_footer(const std::string& examples) {
  std::string footer = "Examples:\n";
  std::size_t begin = 0;
  while (begin < examples.size()) {
    const std::size_t end = std::min(examples.find('\n', begin), examples.size());
    footer += "  " + examples.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  return footer;
}

}  // namespace

void add_data_dir_flag(CLI::App& command, std::string& target) {
  command.add_option("--data-dir", target, "The server's data folder")
      ->envname("WEIR_DATA_DIR")
      ->type_name("DIR")
      ->capture_default_str();
}

CLI::App& add_command(CLI::App& parent, Commands& commands, const std::string& name,
                      const std::string& description, const std::string& examples,
                      std::function<int()> body) {
  CLI::App& command = *parent.add_subcommand(name, description);
  command.footer(examples_footer(examples));
  command.callback([&commands, body = std::move(body)] { commands.run = body; });
  return command;
}

CLI::App& add_client_command(CLI::App& parent, Commands& commands, const std::string& name,
                             const std::string& description, const std::string& examples, ClientBody body) {
  // Of its own: what the environment says would be written for every command, and over this one's flags.
  const auto flags = std::make_shared<AdminFlags>();
  CLI::App& command = add_command(parent, commands, name, description, examples,
                                  [&commands, flags, body = std::move(body)]() -> int {
                                    auto client = AdminClient::open(*flags);
                                    if (!client) return print_error(client.error());
                                    const auto done = body(*client, commands.json);
                                    return done ? kExitOk : print_error(done.error());
                                  });
  command.add_flag("--json", commands.json, "Print JSON, for scripts");
  add_data_dir_flag(command, flags->data_dir);
  command.add_option("--admin", flags->url, "The admin API of a server elsewhere")
      ->type_name("URL")
      ->envname("WEIR_ADMIN");
  command
      .add_option("--token-file", flags->token_file, "The file with its token, instead of DIR/admin.token")
      ->type_name("FILE")
      ->envname("WEIR_TOKEN_FILE");
  return command;
}

CLI::App& add_group(CLI::App& parent, const std::string& name, const std::string& description) {
  CLI::App& group = *parent.add_subcommand(name, description);
  group.require_subcommand(1);
  return group;
}

}  // namespace weir
