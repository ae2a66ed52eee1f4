#include <cstdio>
#include <iostream>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "app/command.h"
#include "app/human.h"
#include "app/key_flags.h"
#include "app/output.h"
#include "base/quantity.h"

namespace weir {
namespace {

namespace json = boost::json;

UtcTime now() {
  return SystemClock().utc();
}

std::string state_of(const json::object& key) {
  const auto expires = parse_rfc3339(text_of(key, "expires_at"));
  if (!flag_of(key, "is_active", true)) return "inactive";
  return expires && *expires <= now() ? "expired" : "active";
}

std::string list_of(const json::object& key, std::string_view name) {
  std::string out;
  const json::value* values = key.if_contains(name);
  if (values == nullptr || !values->is_array()) return "all";
  for (const auto& value : values->get_array()) {
    out += (out.empty() ? "" : ", ") +
           (value.is_string() ? std::string(value.get_string()) : json::serialize(value));
  }
  return out.empty() ? "all" : out;
}

std::string limits_of(const json::object& key) {
  std::string out;
  const json::value* limits = key.if_contains("limits");
  if (limits == nullptr || !limits->is_object()) return "";
  for (const auto& [window, limit] : limits->get_object()) {
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", std::string_view(window),
                       limit.is_null() ? "unlimited" : json::serialize(limit));
  }
  return out;
}

/// One key as lines of "field  value".
void print_key(const json::object& key) {
  const auto line = [](std::string_view name, std::string_view value) {
    if (!value.empty()) print(fmt::format("{:<12}{}\n", name, printable(value)));
  };
  line("id", text_of(key, "id"));
  line("name", text_of(key, "name"));
  line("user", text_of(key, "user_id"));
  line("key", text_of(key, "key"));
  line("description", text_of(key, "description"));
  line("state", state_of(key));
  line("expires", human_time(text_of(key, "expires_at"), now(), "never"));
  line("plan", text_of(key, "plan"));
  line("limits", limits_of(key));
  if (const auto* rotation = key.if_contains("rotation"); rotation != nullptr && rotation->is_object()) {
    const auto& old = rotation->get_object();
    line("old secret",
         fmt::format("ends {}{}", human_time(text_of(old, "ends_at"), now(), ""),
                     flag_of(old, "ends_on_first_use", false) ? ", or when the new one is used" : ""));
  }
  line("routes", list_of(key, "allowed_routes"));
  line("networks", list_of(key, "allowed_networks"));
  line("calls", grouped(number_of(key, "usage_count")));
  line("last used", human_time(text_of(key, "last_used"), now(), "never"));
  line("created", human_time(text_of(key, "created_at"), now(), ""));
}

void print_keys(const json::value& list) {
  Table table({{"ID", Align::kRight},
               {"NAME", Align::kLeft, 8},
               {"USER", Align::kRight},
               {"KEY", Align::kLeft, 10},
               {"STATE"},
               {"PLAN", Align::kLeft, 5},
               {"CALLS", Align::kRight},
               {"LAST USED"},
               {"EXPIRES"}});
  for (const auto& key : items_of(list)) {
    table.add({text_of(key, "id"), text_of(key, "name"), text_of(key, "user_id"), text_of(key, "key"),
               state_of(key), text_of(key, "plan"), grouped(number_of(key, "usage_count")),
               human_time(text_of(key, "last_used"), now(), "never"),
               human_time(text_of(key, "expires_at"), now(), "never")});
  }
  print(table);
}

/// The answer to a change: JSON, or a sentence and the key.
void print_change(const json::value& answer, bool as_json, std::string_view sentence, bool secret) {
  if (as_json) {
    print_json(answer);
    return;
  }
  print(fmt::format("{}\n", sentence));
  if (!answer.is_object()) return;
  if (secret) {
    print(fmt::format("\n    {}\n\nThis is the only time it is shown: keep it where your secrets are.\n\n",
                      text_of(answer.get_object(), "key")));
    json::object rest = answer.get_object();
    rest.erase("key");
    print_key(rest);
  } else {
    print_key(answer.get_object());
  }
}

bool confirmed(const std::string& question) {
  if (::isatty(STDIN_FILENO) == 0) return true;
  fmt::print(stderr, "{} [y/N] ", question);
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "yes");
}

void add_create(CLI::App& keys, Commands& commands) {
  auto flags = std::make_shared<KeyFlags>();
  auto& command = add_client_command(
      keys, commands, "create", "Make a key; its secret is shown once",
      "weir keys create --name shop --user alice\n"
      "weir keys create --name partner --user bob --plan partner --expires 90d --json\n"
      "weir keys create --name reports --user bob --limit minute=5 --route /v1/reports --network 10.0.0.0/8",
      [flags](AdminClient& client, bool as_json) -> Result<void> {
        WEIR_TRY_ASSIGN(body, key_fields(*flags, now()));
        WEIR_TRY_ASSIGN(key, client.send("POST", "/keys", body));
        print_change(key, as_json, "The key is made and in force:", true);
        return {};
      });
  command.add_option("--name", flags->name, "What it is called")->required()->type_name("NAME");
  command.add_option("--user", flags->user, "Who owns it: a name or an id")->required()->type_name("USER");
  add_key_flags(command, *flags);
}

void add_list(CLI::App& keys, Commands& commands) {
  struct Flags {
    std::string user;
    bool active = false;
    bool inactive = false;
    unsigned limit = 100;
    std::string cursor;
  };
  auto flags = std::make_shared<Flags>();
  auto& command =
      add_client_command(keys, commands, "list", "List keys",
                         "weir keys list\nweir keys list --user alice --active\nweir keys list --json",
                         [flags](AdminClient& client, bool as_json) -> Result<void> {
                           std::string path = fmt::format("/keys?limit={}", flags->limit);
                           if (!flags->user.empty()) {
                             WEIR_TRY_ASSIGN(id, resolve_user(client, flags->user));
                             path += "&user_id=" + id;
                           }
                           if (flags->active || flags->inactive)
                             path += flags->active ? "&is_active=true" : "&is_active=false";
                           if (!flags->cursor.empty()) path += "&cursor=" + percent_encode(flags->cursor);
                           WEIR_TRY_ASSIGN(list, client.get(path));
                           if (as_json)
                             print_json(list);
                           else if (items_of(list).empty())
                             print("There are no such keys. `weir keys create` makes one.\n");
                           else
                             print_keys(list);
                           if (!as_json) print_more(list);
                           return {};
                         });
  command.add_option("--user", flags->user, "Of this owner: a name or an id")->type_name("USER");
  auto* active = command.add_flag("--active", flags->active, "Only keys that are active");
  command.add_flag("--inactive", flags->inactive, "Only keys that are deactivated")->excludes(active);
  command.add_option("--limit", flags->limit, "At most so many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command.add_option("--cursor", flags->cursor, "Go on where a list ended")->type_name("CURSOR");
}

void add_update(CLI::App& keys, Commands& commands) {
  auto flags = std::make_shared<KeyFlags>();
  auto id = std::make_shared<std::uint32_t>();
  auto& command = add_client_command(
      keys, commands, "update", "Change a key; what is not named stays",
      "weir keys update 7 --plan partner\nweir keys update 7 --limit minute=500 --limit day=unlimited\n"
      "weir keys update 7 --expires never --route none",
      [flags, id](AdminClient& client, bool as_json) -> Result<void> {
        WEIR_TRY_ASSIGN(body, key_fields(*flags, now()));
        if (body.empty())
          return fail(ErrorCode::kInvalid, "nothing to change is named: see `weir keys update --help`");
        WEIR_TRY_ASSIGN(key, client.send("PATCH", fmt::format("/keys/{}", *id), body));
        print_change(key, as_json, "Changed, and in force:", false);
        return {};
      });
  command.add_option("id", *id, "The key's id")->required()->type_name("ID");
  command.add_option("--name", flags->name, "What it is called")->type_name("NAME");
  add_key_flags(command, *flags);
}

void add_rotate(CLI::App& keys, Commands& commands) {
  struct Flags {
    std::uint32_t id = 0;
    std::string grace = "24h";
    bool end_on_first_use = false;
  };
  auto flags = std::make_shared<Flags>();
  auto& command = add_client_command(
      keys, commands, "rotate", "Give a key a new secret; the old one works for a while",
      "weir keys rotate 7 --grace 24h\nweir keys rotate 7 --grace 7d --end-on-first-use\n"
      "weir keys rotate 7 --grace 0        # it leaked: the old secret ends now",
      [flags](AdminClient& client, bool as_json) -> Result<void> {
        WEIR_TRY_ASSIGN(grace, parse_duration(flags->grace));
        const json::object body{{"grace_seconds", std::chrono::duration_cast<Seconds>(grace).count()},
                                {"end_on_first_use", flags->end_on_first_use}};
        WEIR_TRY_ASSIGN(key, client.send("POST", fmt::format("/keys/{}/rotate", flags->id), body));
        const std::string sentence =
            grace == Millis(0)
                ? "The old secret ended. The new one:"
                : fmt::format("The old secret works for {} more{}. The new one:", format_duration(grace),
                              flags->end_on_first_use ? ", or until the new one is first used" : "");
        print_change(key, as_json, sentence, true);
        return {};
      });
  command.add_option("id", flags->id, "The key's id")->required()->type_name("ID");
  command.add_option("--grace", flags->grace, "How long the old secret still works: 24h, 7d, 0")
      ->type_name("TIME")
      ->capture_default_str();
  command.add_flag("--end-on-first-use", flags->end_on_first_use,
                   "It also ends when the new one is first used");
}

void add_activation(CLI::App& keys, Commands& commands, bool active) {
  auto id = std::make_shared<std::uint32_t>();
  const std::string name = active ? "activate" : "deactivate";
  auto& command = add_client_command(
      keys, commands, name,
      active ? "Let a deactivated key in again" : "Refuse a key until it is activated again",
      fmt::format("weir keys {} 7", name), [id, active](AdminClient& client, bool as_json) -> Result<void> {
        WEIR_TRY_ASSIGN(
            key, client.send("PATCH", fmt::format("/keys/{}", *id), json::object{{"is_active", active}}));
        print_change(key, as_json, active ? "Active, as of now:" : "Inactive, as of now:", false);
        return {};
      });
  command.add_option("id", *id, "The key's id")->required()->type_name("ID");
}

void add_show_and_delete(CLI::App& keys, Commands& commands) {
  auto id = std::make_shared<std::uint32_t>();
  auto& show =
      add_client_command(keys, commands, "show", "Show one key", "weir keys show 7\nweir keys show 7 --json",
                         [id](AdminClient& client, bool as_json) -> Result<void> {
                           WEIR_TRY_ASSIGN(key, client.get(fmt::format("/keys/{}", *id)));
                           if (as_json || !key.is_object())
                             print_json(key);
                           else
                             print_key(key.get_object());
                           return {};
                         });
  show.add_option("id", *id, "The key's id")->required()->type_name("ID");
  auto yes = std::make_shared<bool>(false);
  auto& remove =
      add_client_command(keys, commands, "delete", "Delete a key for ever; its calls stay in the call log",
                         "weir keys delete 7\nweir keys delete 7 --yes",
                         [id, yes](AdminClient& client, bool as_json) -> Result<void> {
                           if (!*yes && !confirmed(fmt::format("Delete key {} for ever?", *id))) {
                             return fail(ErrorCode::kConflict, "nothing was deleted");
                           }
                           WEIR_TRY(client.remove(fmt::format("/keys/{}", *id)));
                           if (as_json)
                             print_json(json::object{{"id", std::uint64_t{*id}}, {"deleted", true}});
                           else
                             print(fmt::format("Key {} is deleted.\n", *id));
                           return {};
                         });
  remove.add_option("id", *id, "The key's id")->required()->type_name("ID");
  remove.add_flag("-y,--yes", *yes, "Do not ask");
}

}  // namespace

void add_keys_commands(CLI::App& app, Commands& commands) {
  CLI::App& keys = add_group(app, "keys", "Make, change and revoke API keys");
  add_create(keys, commands);
  add_list(keys, commands);
  add_show_and_delete(keys, commands);
  add_update(keys, commands);
  add_rotate(keys, commands);
  add_activation(keys, commands, false);
  add_activation(keys, commands, true);
  add_key_import_command(keys, commands);
}

}  // namespace weir
