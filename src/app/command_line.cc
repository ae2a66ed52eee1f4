#include "app/command_line.h"

#include <algorithm>
#include <array>
#include <clocale>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/completion.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/suggest.h"
#include "app/version.h"

namespace weir {
namespace {

void add_version_command(CLI::App& app, Commands& commands) {
  auto& command = add_command(app, commands, "version", "Say which weir this is",
                              "weir version\nweir version --json", [&commands] {
                                if (commands.json)
                                  print_json({{"version", version()}});
                                else
                                  print(fmt::format("weir {}\n", version()));
                                return kExitOk;
                              });
  command.add_flag("--json", commands.json, "Print JSON, for scripts");
}

void add_completion_command(CLI::App& app, Commands& commands) {
  auto shell = std::make_shared<std::string>();
  auto& command = add_command(app, commands, "completion", "Print the completion script of a shell",
                              "source <(weir completion bash)\n"
                              "weir completion zsh > ~/.zfunc/_weir\n"
                              "weir completion fish > ~/.config/fish/completions/weir.fish",
                              [&app, shell] {
                                print(completion_script(app, *shell));
                                return kExitOk;
                              });
  command.add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

/// "weir keys creat": the command as far as it was understood.
const CLI::App& deepest(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : deepest(*chosen.back());
}

std::string full_name(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : full_name(*app.get_parent()) + " " + app.get_name();
}

/// The word that is neither flag nor known where it stands, for a command line that was not understood.
std::string unknown_word(const CLI::App& command, int argc, const char* const* argv) {
  std::size_t depth = 0;
  for (const CLI::App* app = &command; app->get_parent() != nullptr; app = app->get_parent()) ++depth;
  const bool group = command.get_require_subcommand_min() != 0;
  for (int i = 1 + static_cast<int>(depth); i < argc; ++i) {
    const std::string word = std::string(argv[i]).substr(0, std::string_view(argv[i]).find('='));
    if (word.starts_with("--") ? command.get_option_no_throw(word) == nullptr
                               : group && !word.starts_with('-')) {
      return word;
    }
  }
  return "";
}

/// Whether an empty text is a value there: what a key's description is set to, say, but not what is asked
/// for.
bool takes_empty_values(const CLI::App& command) {
  constexpr std::array kAsking = {"usage", "report", "alerts", "audit", "deliveries"};
  const CLI::App* top = &command;
  while (top->get_parent() != nullptr && top->get_parent()->get_parent() != nullptr) top = top->get_parent();
  return std::find(kAsking.begin(), kAsking.end(), top->get_name()) == kAsking.end();
}

/// A variable of a script that is not set must not widen what the command is about.
void refuse_empty_values(const CLI::App& command) {
  if (takes_empty_values(command)) return;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& value : option->results()) {
      if (value.empty())
        throw CLI::ValidationError(option->get_name(), "is empty: give it a value, or leave it out");
    }
  }
}

int refuse(const CLI::App& app, const CLI::ParseError& error, int argc, const char* const* argv) {
  const CLI::App& command = deepest(app);
  std::string sentence = error.what();
  while (sentence.ends_with('\n')) sentence.pop_back();
  const bool unknown = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ||
                       dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (const std::string word = unknown ? unknown_word(command, argc, argv) : ""; !word.empty()) {
    std::vector<std::string> words;
    for (const auto* sub : command.get_subcommands([](const CLI::App*) { return true; }))
      words.push_back(sub->get_name());
    for (const auto* option : command.get_options()) {
      for (const auto& name : option->get_lnames()) words.push_back("--" + name);
    }
    const std::string near = nearest_word(word, words);
    sentence = fmt::format("'{}' is not known here{}", word,
                           near.empty() ? "" : fmt::format("; did you mean {}?", near));
  }
  fmt::print(stderr, "weir: {}\nSee `{} --help`.\n", printable(sentence), full_name(command));
  return kExitUsage;
}

}  // namespace

std::unique_ptr<CLI::App> build_command_line(Commands& commands) {
  auto app = std::make_unique<CLI::App>(
      "weir stands before your HTTP API: it checks keys, enforces limits, and records every call.", "weir");
  app->set_help_flag("-h,--help", "Show this help");
  app->set_version_flag("--version", fmt::format("weir {}", version()), "Say which weir this is");
  app->require_subcommand(1);
  app->get_formatter()->column_width(34);
  app->footer(
      "Examples:\n"
      "  weir serve --upstream http://127.0.0.1:8000\n"
      "  weir keys create --name shop --user alice\n"
      "  weir usage log --status 4xx\n"
      "Every command has --help. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no server answers.\n");
  add_serve_command(*app, commands);
  add_keys_commands(*app, commands);
  add_users_commands(*app, commands);
  add_limits_commands(*app, commands);
  add_tokens_commands(*app, commands);
  add_audit_command(*app, commands);
  add_usage_commands(*app, commands);
  add_report_command(*app, commands);
  add_alerts_commands(*app, commands);
  add_deliveries_commands(*app, commands);
  add_config_commands(*app, commands);
  add_version_command(*app, commands);
  add_completion_command(*app, commands);
  return app;
}

int run_command_line(int argc, const char* const* argv) {
  Commands commands;
  const auto app = build_command_line(commands);
  try {
    app->parse(argc, argv);
    refuse_empty_values(deepest(*app));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app->exit(error);  // --help, --version
    if (argc < 2) return app->exit(CLI::CallForHelp()), kExitUsage;
    return refuse(*app, error, argc, argv);
  }
  const int code = commands.run();
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    fmt::print(stderr, "weir: standard output cannot be written\n");
    return kExitFailed;
  }
  return code;
}

}  // namespace weir
