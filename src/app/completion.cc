#include "app/completion.h"

#include <functional>
#include <vector>

#include <fmt/format.h>

namespace weir {
namespace {

/// A command as a script needs it.
struct Level {
  std::string path;  // "keys create"; "" at the top
  std::vector<const CLI::App*> commands;
  std::vector<std::pair<std::string, const CLI::Option*>> flags;  // "--name"
};

void collect(const CLI::App& app, const std::string& path, std::vector<Level>& out) {
  Level level{path, app.get_subcommands([](const CLI::App*) { return true; }), {}};
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) level.flags.emplace_back("--" + name, option);
  }
  const auto commands = level.commands;
  out.push_back(std::move(level));
  for (const auto* sub : commands)
    collect(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), out);
}

std::string words_of(const Level& level) {
  std::string words;
  for (const auto* command : level.commands) words += command->get_name() + " ";
  for (const auto& [name, option] : level.flags) words += name + " ";
  if (!words.empty()) words.pop_back();
  return words;
}

/// Inside of single quotes, for sh and fish.
std::string quoted(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return "'" + out + "'";
}

/// "|keys|keys create|…|": which words still belong to the command, and which are its arguments.
std::string known_paths(const std::vector<Level>& levels) {
  std::string known = "|";
  for (const auto& level : levels) known += level.path + "|";
  return known;
}

std::string bash_script(const std::vector<Level>& levels) {
  std::string cases;
  for (const auto& level : levels)
    cases += fmt::format("    {}) choices='{}' ;;\n", quoted(level.path), words_of(level));
  return R"(# bash completion for weir: source it, or put it into ~/.local/share/bash-completion/completions/weir
_weir() {
  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" level='' next choices=''
  local known=)" +
         quoted(known_paths(levels)) + R"(
  local -i i
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="${level:+$level }${COMP_WORDS[i]}"
    [[ $known == *"|$next|"* ]] || break
    level="$next"
  done
  case "$previous" in
    --config|--token-file|--data-dir) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if [[ $current != -* ]]; then
    case "$level" in
      'config check'|'config show'|'keys import') mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    esac
  fi
  case "$level" in
)" + cases +
         R"(  esac
  mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$current")
}
complete -o filenames -F _weir weir
)";
}

std::string zsh_script(const std::vector<Level>& levels) {
  std::string cases;
  const auto add = [&](const std::string& name, const std::string& description) {
    cases += "\n        " + quoted(name + ":" + description);
  };
  for (const auto& level : levels) {
    cases += fmt::format("    {})\n      choices=(", quoted(level.path));
    for (const auto* command : level.commands) add(command->get_name(), command->get_description());
    for (const auto& [name, option] : level.flags) add(name, option->get_description());
    cases += ") ;;\n";
  }
  return R"(#compdef weir
# zsh completion for weir: a file named _weir in a folder of $fpath
_weir() {
  local level='' next
  local known=)" +
         quoted(known_paths(levels)) + R"(
  local -i i
  for ((i = 2; i < CURRENT; i++)); do
    next="${level:+$level }${words[i]}"
    [[ $known == *"|$next|"* ]] || break
    level="$next"
  done
  case "${words[CURRENT-1]}" in
    --config|--token-file|--data-dir) _files; return ;;
  esac
  if [[ ${words[CURRENT]} != -* ]]; then
    case "$level" in
      'config check'|'config show'|'keys import') _files; return ;;
    esac
  fi
  local -a choices
  case "$level" in
)" + cases +
         R"(  esac
  _describe 'weir' choices
}
# Found in $fpath, this file is the body of the first call; sourced, it is not.
if [[ $funcstack[1] == _weir ]]; then _weir "$@"; else compdef _weir weir; fi
)";
}

std::string fish_script(const std::vector<Level>& levels) {
  std::string out = R"(# fish completion for weir: ~/.config/fish/completions/weir.fish
function __weir_at
    set -l level ''
    for word in (commandline -opc)[2..-1]
        set -l next (string trim -- "$level $word")
        string match -q -- "*|$next|*" $__weir_known; or break
        set level $next
    end
    test "$level" = "$argv[1]"
end
complete -c weir -f
)" + fmt::format("set -g __weir_known {}\n", quoted(known_paths(levels)));
  for (const auto& level : levels) {
    const std::string condition = fmt::format("-n {}", quoted("__weir_at " + quoted(level.path)));
    for (const auto* command : level.commands) {
      out += fmt::format("complete -c weir {} -a {} -d {}\n", condition, command->get_name(),
                         quoted(command->get_description()));
    }
    for (const auto& [name, option] : level.flags) {
      const bool file = option->get_type_name() == "FILE" || option->get_type_name() == "DIR";
      out += fmt::format("complete -c weir {} -l {}{} -d {}\n", condition, name.substr(2),
                         option->get_items_expected_max() == 0 ? ""
                         : file                                ? " -r -F"
                                                               : " -x",
                         quoted(option->get_description()));
    }
  }
  for (const auto* path : {"config check", "config show", "keys import"}) {
    out += fmt::format("complete -c weir -n {} -F\n", quoted(fmt::format("__weir_at {}", quoted(path))));
  }
  return out;
}

}  // namespace

std::string completion_script(const CLI::App& app, std::string_view shell) {
  std::vector<Level> levels;
  collect(app, "", levels);
  if (shell == "bash") return bash_script(levels);
  if (shell == "zsh") return zsh_script(levels);
  if (shell == "fish") return fish_script(levels);
  return "";
}

}  // namespace weir
