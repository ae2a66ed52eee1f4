#include <array>
#include <cstdio>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "app/command.h"
#include "app/config_show.h"
#include "app/exit_code.h"
#include "app/output.h"

namespace weir {
namespace {

namespace json = boost::json;

/// Files the configuration names, as the server will need them, and what is in those it can check.
Result<void> check_files(const Config& config) {
  std::vector<std::pair<std::string, std::string>> files;
  if (config.gateway.tls) {
    files.emplace_back("gateway.tls.certificate", config.gateway.tls->certificate);
    files.emplace_back("gateway.tls.key", config.gateway.tls->key);
  }
  if (!config.gateway.upstream_ca_file.empty()) {
    files.emplace_back("gateway.upstream_ca_file", config.gateway.upstream_ca_file);
  }
  for (const auto& [field, path] : files) {
    if (::access(path.c_str(), R_OK) != 0)
      return fail_errno(fmt::format("{}: read '{}'", field, path), errno);
  }
  return make_endpoint_rules(config.usage).map([](const auto&) {});
}

int refuse(const Error& error) {
  fmt::print(stderr, "weir: {}\n", error.detail);
  return kExitUsage;
}

int check(const std::string& file, bool as_json) {
  auto config = load_config(file);
  Result<void> checked;
  if (!config)
    checked = tl::unexpected<Error>(config.error());
  else if (checked = check_servable(*config); checked)
    checked = check_files(*config);
  if (as_json) {
    json::array problems;
    std::string_view rest = checked ? std::string_view() : checked.error().detail;
    while (!rest.empty()) {
      const auto line = rest.substr(0, rest.find('\n'));
      problems.push_back(json::string(line));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    }
    print_json(
        json::object{{"file", file}, {"valid", checked.has_value()}, {"problems", std::move(problems)}});
    return checked ? kExitOk : kExitUsage;
  }
  if (!checked) return refuse(checked.error());
  print(fmt::format("{} is good.\n", file));
  return kExitOk;
}

int show(const std::string& file, bool as_json) {
  Config config;
  if (!file.empty()) {
    auto loaded = load_config(file);
    if (!loaded) return refuse(loaded.error());
    config = *std::move(loaded);
  }
  if (as_json)
    print_json(config_to_json(config));
  else
    print(config_to_yaml(config));
  return kExitOk;
}

}  // namespace

void add_config_commands(CLI::App& app, Commands& commands) {
  CLI::App& group = add_group(app, "config", "Check and show configuration files");
  auto file = std::make_shared<std::string>();
  auto& check_command = add_command(group, commands, "check", "Say what is wrong with a configuration file",
                                    "weir config check weir.yaml\nweir config check weir.yaml --json",
                                    [file, &commands] { return check(*file, commands.json); });
  check_command.add_option("file", *file, "The configuration file")->required()->type_name("FILE");
  check_command.add_flag("--json", commands.json, "Print JSON, for scripts");
  auto& show_command =
      add_command(group, commands, "show", "Print what a file amounts to, with every default",
                  "weir config show weir.yaml\n"
                  "weir config show            # the defaults\n"
                  "weir config show weir.yaml --json",
                  [file, &commands] { return show(*file, commands.json); });
  show_command.add_option("file", *file, "The configuration file; without one: the defaults")
      ->type_name("FILE");
  show_command.add_flag("--json", commands.json, "Print JSON, for scripts");
}

}  // namespace weir
