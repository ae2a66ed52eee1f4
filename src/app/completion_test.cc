#include "app/completion.h"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/command.h"
#include "app/command_line.h"

namespace weir {
namespace {

using testing::HasSubstr;

class CompletionTest : public testing::Test {
 protected:
  Commands commands_;
  std::unique_ptr<CLI::App> app_ = build_command_line(commands_);
};

TEST_F(CompletionTest, BashKnowsEveryLevel) {
  const std::string script = completion_script(*app_, "bash");
  EXPECT_THAT(script, HasSubstr("'') choices='serve keys users limits tokens audit "));
  EXPECT_THAT(script,
              HasSubstr("'keys') choices='create list show delete update rotate deactivate activate import"));
  EXPECT_THAT(script, HasSubstr("--end-on-first-use"));
}

TEST_F(CompletionTest, FishAndZshCarryDescriptions) {
  EXPECT_THAT(completion_script(*app_, "fish"), HasSubstr("-a rotate -d 'Give a key a new secret"));
  EXPECT_THAT(completion_script(*app_, "zsh"), HasSubstr("'rotate:Give a key a new secret"));
}

TEST_F(CompletionTest, AnUnknownShellHasNoScript) {
  EXPECT_EQ(completion_script(*app_, "csh"), "");
}

/// Visits every command of the tree.
void visit(const CLI::App& app, const std::function<void(const CLI::App&)>& each) {
  for (const auto* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    each(*sub);
    visit(*sub, each);
  }
}

TEST_F(CompletionTest, EveryCommandHasADescriptionAndExamples) {
  visit(*app_, [](const CLI::App& command) {
    EXPECT_FALSE(command.get_description().empty()) << command.get_name();
    if (command.get_require_subcommand_min() == 0) {
      EXPECT_THAT(command.help(), HasSubstr("Examples:\n  ")) << command.get_name();
    }
  });
}

TEST_F(CompletionTest, EveryCommandThatPrintsTakesJson) {
  visit(*app_, [](const CLI::App& command) {
    const std::string& name = command.get_name();
    if (command.get_require_subcommand_min() != 0 || name == "serve" || name == "completion") return;
    EXPECT_NE(command.get_option_no_throw("--json"), nullptr) << name;
  });
}

}  // namespace
}  // namespace weir
