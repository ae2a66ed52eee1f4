#include <charconv>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/human.h"
#include "app/output.h"

namespace weir {
namespace {

namespace json = boost::json;

struct UserFlags {
  std::uint32_t id = 0;
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<bool> active;

  [[nodiscard]] json::object fields() const {
    json::object body;
    if (name) body["name"] = *name;
    if (email) body["email"] = *email;
    if (active) body["is_active"] = *active;
    return body;
  }
};

void print_users(const std::vector<json::object>& users) {
  const UtcTime now = SystemClock().utc();
  Table table(
      {{"ID", Align::kRight}, {"NAME", Align::kLeft, 8}, {"EMAIL", Align::kLeft, 8}, {"STATE"}, {"CREATED"}});
  for (const auto& user : users) {
    table.add({text_of(user, "id"), text_of(user, "name"), text_of(user, "email"),
               flag_of(user, "is_active", true) ? "active" : "inactive",
               human_time(text_of(user, "created_at"), now, "")});
  }
  print(table);
}

void print_user(const json::value& answer, bool as_json) {
  if (as_json || !answer.is_object())
    print_json(answer);
  else
    print_users({answer.get_object()});
}

void add_list(CLI::App& users, Commands& commands) {
  auto limit = std::make_shared<unsigned>(100);
  auto cursor = std::make_shared<std::string>();
  auto& command =
      add_client_command(users, commands, "list", "List users", "weir users list\nweir users list --json",
                         [limit, cursor](AdminClient& client, bool as_json) -> Result<void> {
                           std::string path = fmt::format("/users?limit={}", *limit);
                           if (!cursor->empty()) path += "&cursor=" + percent_encode(*cursor);
                           WEIR_TRY_ASSIGN(list, client.get(path));
                           if (as_json)
                             print_json(list);
                           else
                             print_users(items_of(list));
                           if (!as_json) print_more(list);
                           return {};
                         });
  command.add_option("--limit", *limit, "At most so many")->check(CLI::Range(1, 1000))->capture_default_str();
  command.add_option("--cursor", *cursor, "Go on where a list ended")->type_name("CURSOR");
}

void add_create_and_update(CLI::App& users, Commands& commands) {
  auto flags = std::make_shared<UserFlags>();
  auto& create = add_client_command(users, commands, "create", "Make a user, an owner of keys",
                                    "weir users create --name alice --email alice@example.com",
                                    [flags](AdminClient& client, bool as_json) -> Result<void> {
                                      WEIR_TRY_ASSIGN(user, client.send("POST", "/users", flags->fields()));
                                      print_user(user, as_json);
                                      return {};
                                    });
  create.add_option("--name", flags->name, "What the user is called; once only")
      ->required()
      ->type_name("NAME");
  create.add_option("--email", flags->email, "Where to reach the user")->type_name("EMAIL");

  auto changed = std::make_shared<UserFlags>();
  auto& update = add_client_command(
      users, commands, "update", "Change a user; what is not named stays",
      "weir users update 3 --email new@example.com\nweir users update 3 --active false     # refuses all of "
      "the user's keys",
      [changed](AdminClient& client, bool as_json) -> Result<void> {
        const json::object body = changed->fields();
        if (body.empty())
          return fail(ErrorCode::kInvalid, "nothing to change is named: see `weir users update --help`");
        WEIR_TRY_ASSIGN(user, client.send("PATCH", fmt::format("/users/{}", changed->id), body));
        print_user(user, as_json);
        return {};
      });
  update.add_option("id", changed->id, "The user's id")->required()->type_name("ID");
  update.add_option("--name", changed->name, "What the user is called")->type_name("NAME");
  update.add_option("--email", changed->email, "Where to reach the user")->type_name("EMAIL");
  update.add_option("--active", changed->active, "true, or false to refuse all of the user's keys")
      ->type_name("BOOL");
}

}  // namespace

Result<std::string> resolve_user(AdminClient& client, const std::string& user) {
  if (!user.empty() && user.find_first_not_of("0123456789") == std::string::npos) return user;
  WEIR_TRY_ASSIGN(found, client.get("/users?name=" + percent_encode(user)));
  const auto items = items_of(found);
  if (!items.empty()) return text_of(items.front(), "id");
  return fail(ErrorCode::kNotFound,
              fmt::format("there is no user '{}': see `weir users list`", printable(user, 64)));
}

void print_more(const json::value& list) {
  const std::string cursor = list.is_object() ? text_of(list.get_object(), "next_cursor") : "";
  if (!cursor.empty()) print(fmt::format("There are more: --cursor {}\n", cursor));
}

void add_users_commands(CLI::App& app, Commands& commands) {
  CLI::App& users = add_group(app, "users", "The owners of keys");
  add_create_and_update(users, commands);
  add_list(users, commands);
  auto id = std::make_shared<std::uint32_t>();
  auto& show = add_client_command(users, commands, "show", "Show one user", "weir users show 3",
                                  [id](AdminClient& client, bool as_json) -> Result<void> {
                                    WEIR_TRY_ASSIGN(user, client.get(fmt::format("/users/{}", *id)));
                                    print_user(user, as_json);
                                    return {};
                                  });
  show.add_option("id", *id, "The user's id")->required()->type_name("ID");
}

}  // namespace weir
