#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/human.h"
#include "app/key_flags.h"
#include "app/output.h"

namespace weir {
namespace {

namespace json = boost::json;

struct TokenFlags {
  std::string name;
  std::string role = "viewer";
  std::string expires;
};

void print_tokens(const json::value& list) {
  const UtcTime now = SystemClock().utc();
  Table table({{"ID", Align::kRight},
               {"NAME", Align::kLeft, 8},
               {"ROLE"},
               {"TOKEN", Align::kLeft, 10},
               {"CREATED"},
               {"BY", Align::kLeft, 8},
               {"LAST USED"},
               {"EXPIRES"}});
  for (const auto& token : items_of(list)) {
    const auto expires = parse_rfc3339(text_of(token, "expires_at"));
    table.add(
        {text_of(token, "id"), text_of(token, "name"), text_of(token, "role"), text_of(token, "token"),
         human_time(text_of(token, "created_at"), now, ""), text_of(token, "created_by"),
         human_time(text_of(token, "last_used"), now, "never"),
         expires && *expires <= now ? "expired" : human_time(text_of(token, "expires_at"), now, "never")});
  }
  print(table);
}

void print_new_token(const json::value& answer) {
  if (!answer.is_object()) return;
  const auto& token = answer.get_object();
  print(
      fmt::format("Token {} '{}' is made and in force, with the role {}:\n\n    {}\n\n"
                  "This is the only time it is shown: keep it where your secrets are.\n",
                  text_of(token, "id"), printable(text_of(token, "name")), text_of(token, "role"),
                  text_of(token, "token")));
}

void add_create(CLI::App& tokens, Commands& commands) {
  auto flags = std::make_shared<TokenFlags>();
  auto& command = add_client_command(
      tokens, commands, "create", "Make a token; it is shown once",
      "weir tokens create --name dashboard                     # may look, may change nothing\n"
      "weir tokens create --name deploy --role admin --expires 90d\n"
      "weir tokens create --name ci --role admin --json",
      [flags](AdminClient& client, bool as_json) -> Result<void> {
        json::object body{{"name", flags->name}, {"role", flags->role}};
        if (!flags->expires.empty() && flags->expires != "never") {
          WEIR_TRY_ASSIGN(time, parse_time_flag(flags->expires, SystemClock().utc(), false));
          body["expires_at"] = time;
        }
        WEIR_TRY_ASSIGN(token, client.send("POST", "/tokens", body));
        if (as_json)
          print_json(token);
        else
          print_new_token(token);
        return {};
      });
  command.add_option("--name", flags->name, "Who or what it is for; once only")
      ->required()
      ->type_name("NAME");
  command.add_option("--role", flags->role, "viewer reads, admin changes")
      ->check(CLI::IsMember({"viewer", "admin"}))
      ->capture_default_str();
  command.add_option("--expires", flags->expires, "When it ends: 90d, 2027-01-31, a time, or never")
      ->type_name("WHEN");
}

void add_list(CLI::App& tokens, Commands& commands) {
  add_client_command(tokens, commands, "list", "List tokens; admin.token is not among them",
                     "weir tokens list\nweir tokens list --json",
                     [](AdminClient& client, bool as_json) -> Result<void> {
                       WEIR_TRY_ASSIGN(list, client.get("/tokens?limit=1000"));
                       if (as_json)
                         print_json(list);
                       else if (items_of(list).empty())
                         print("There are no tokens but the one of the data folder, admin.token.\n");
                       else
                         print_tokens(list);
                       return {};
                     });
}

void add_revoke(CLI::App& tokens, Commands& commands) {
  auto id = std::make_shared<std::uint32_t>();
  auto& command =
      add_client_command(tokens, commands, "revoke", "End a token, and the sessions it opened, at once",
                         "weir tokens revoke 3", [id](AdminClient& client, bool as_json) -> Result<void> {
                           WEIR_TRY_ASSIGN(answer, client.remove(fmt::format("/tokens/{}", *id)));
                           if (as_json)
                             print_json({{"id", *id}, {"revoked", true}});
                           else
                             print(fmt::format("Token {} is revoked.\n", *id));
                           return {};
                         });
  command.add_option("id", *id, "The token's id")->required()->type_name("ID");
}

}  // namespace

void add_tokens_commands(CLI::App& app, Commands& commands) {
  CLI::App& tokens = add_group(app, "tokens", "Who may use the admin API");
  add_create(tokens, commands);
  add_list(tokens, commands);
  add_revoke(tokens, commands);
}

}  // namespace weir
