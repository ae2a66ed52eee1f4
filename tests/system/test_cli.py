"""The command line against a running server: what it prints, its JSON, its errors and exit codes."""
import json
import subprocess

import pytest

from tests.harness import places


def test_help_has_examples_everywhere(guarded):
    for command in (["serve"], ["keys", "create"], ["keys", "rotate"], ["users", "create"], ["limits", "set"], ["usage", "log"],
                    ["config", "check"]):
        done = subprocess.run([places.binary("weir"), *command, "--help"], capture_output=True, text=True, timeout=10)
        assert done.returncode == 0, command
        assert f"weir {' '.join(command)}" in done.stdout, command


def test_version():
    done = subprocess.run([places.binary("weir"), "version"], capture_output=True, text=True, timeout=10)
    assert done.returncode == 0 and "0.1.0" in done.stdout


def test_the_secret_is_printed_once_and_masked_ever_after(guarded):
    weir = guarded()
    created = weir.run_command("keys", "create", "--name", "Reports", "--user", "ada")
    assert created.returncode == 0
    secret = next(word for word in created.stdout.split() if word.startswith("weir_production_") and len(word) == 52)
    shown = weir.run_command("keys", "list").stdout + weir.run_command("keys", "list", "--json").stdout
    assert "Reports" in shown and secret not in shown


def test_a_keys_life_by_commands(guarded, connect):
    weir = guarded()
    key = weir.create_key(name="life", user="ada")
    number = str(key["id"])
    status = lambda secret: connect(weir).exchange("GET", "/", [("X-API-Key", secret)]).status
    assert status(key["key"]) == 200
    assert weir.command("keys", "deactivate", number)["is_active"] is False
    assert status(key["key"]) == 403
    assert weir.command("keys", "activate", number)["is_active"] is True
    assert weir.command("keys", "update", number, "--name", "renamed")["name"] == "renamed"
    assert weir.command("keys", "show", number)["name"] == "renamed"
    rotated = weir.command("keys", "rotate", number, "--grace", "0s")
    assert status(key["key"]) == 401 and status(rotated["key"]) == 200
    deleted = weir.run_command("keys", "delete", number, "--yes")
    if deleted.returncode == 2:
        deleted = weir.run_command("keys", "delete", number)
    assert deleted.returncode == 0, deleted.stderr
    assert status(rotated["key"]) == 401


def test_json_is_json_for_every_listing(guarded):
    weir = guarded()
    for command in (["keys", "list"], ["users", "list"], ["limits", "show"], ["usage", "log"], ["config", "show"]):
        done = weir.run_command(*command, "--json") if command[0] != "config" else subprocess.run(
            [places.binary("weir"), *command, str(weir.config_file), "--json"], capture_output=True, text=True, timeout=10)
        assert done.returncode == 0, (command, done.stderr)
        json.loads(done.stdout)


def test_the_usage_log_shows_calls(guarded, connect):
    weir = guarded()
    connect(weir).exchange("GET", "/items/17", [("X-API-Key", weir.key)])
    weir.wait_calls(1)
    printed = weir.run_command("usage", "log").stdout
    assert "/items/17" in printed or "/items/{id}" in printed
    assert "200" in printed
    assert weir.command("usage", "log")["items"][0]["path"] == "/items/17"


def test_imported_keys_of_any_format_work(guarded, connect, folder):
    weir = guarded()
    (folder / "keys.csv").write_text("name,user,key\nOld one,ada,sk-legacy-0123456789abcdef\nOther,bob,8f14e45fceea167a5a36dedd4bea2543\n")
    done = weir.run_command("keys", "import", str(folder / "keys.csv"))
    assert done.returncode == 0, done.stderr
    for secret in ("sk-legacy-0123456789abcdef", "8f14e45fceea167a5a36dedd4bea2543"):
        assert connect(weir).exchange("GET", "/", [("X-API-Key", secret)]).status == 200
        assert secret not in weir.run_command("keys", "list", "--json").stdout


@pytest.mark.parametrize("command, status, told", [
    (["keys", "show", "999"], 1, "999"),
    (["keys", "create", "--user", "x"], 2, "--name"),
    (["keys", "create", "--name", "x" * 200, "--user", "x"], 1, "name"),
    (["keys", "sing"], 2, "sing"),
    (["nonsense"], 2, "nonsense"),
    ([], 2, ""),
])
def test_errors_say_what_is_wrong(guarded, command, status, told):
    weir = guarded()
    done = subprocess.run([places.binary("weir"), *command, *(["--data-dir", str(weir.data_dir)] if len(command) > 1 else [])],
                          capture_output=True, text=True, timeout=10)
    assert done.returncode == status, (done.returncode, done.stderr)
    assert told in done.stderr + done.stdout


def test_without_a_server_it_is_said(folder):
    done = subprocess.run([places.binary("weir"), "keys", "list", "--data-dir", str(folder / "none")],
                          capture_output=True, text=True, timeout=10)
    assert done.returncode == 3 and str(folder / "none") in done.stderr


def test_a_flag_goes_before_the_environment(guarded, folder):
    weir = guarded()
    assert weir.run_command("keys", "list", WEIR_DATA_DIR=str(folder / "none")).returncode == 0
    done = weir.run_command("keys", "list", "--admin", weir.admin_url, "--token-file", str(weir.data_dir / "admin.token"),
                            WEIR_ADMIN="http://127.0.0.1:1", WEIR_TOKEN_FILE=str(folder / "none"))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("words", [("report",), ("report", "--format", "csv"), ("usage", "log", "--json"), ("audit",),
                                   ("keys", "list"), ("version",)], ids=" ".join)
def test_output_that_cannot_be_written_is_a_failure(guarded, words):
    weir = guarded()
    with open("/dev/full", "w") as full:
        done = subprocess.run([places.binary("weir"), *words, *(() if words == ("version",) else ("--data-dir", str(weir.data_dir)))],
                              stdout=full, stderr=subprocess.PIPE, text=True, timeout=20)
    assert done.returncode == 1 and "standard output" in done.stderr


@pytest.mark.parametrize("words", [("usage", "summary", "--key", ""), ("usage", "log", "--user", ""), ("report", "--from", ""),
                                   ("usage", "export", "--endpoint", ""), ("audit", "--cursor", "")], ids=" ".join)
def test_an_empty_value_does_not_widen_a_question(guarded, words):
    done = guarded().run_command(*words)
    assert done.returncode == 2 and "empty" in done.stderr and words[2].rstrip("=") in done.stderr, done.stderr


def test_an_export_of_nothing_is_refused(guarded):
    done = guarded().run_command("usage", "export", "--limit", "0")
    assert done.returncode == 2 and "--limit" in done.stderr


def test_config_check_names_lines(folder):
    good, bad = folder / "good.yaml", folder / "bad.yaml"
    good.write_text("gateway:\n  upstream: http://127.0.0.1:8000\n")
    bad.write_text("gateway:\n  upstream: http://127.0.0.1:8000\nlimits:\n  algoritm: fixed\n")
    check = lambda path: subprocess.run([places.binary("weir"), "config", "check", str(path)], capture_output=True, text=True,
                                        timeout=10)
    assert check(good).returncode == 0
    done = check(bad)
    assert done.returncode != 0
    assert f"{bad}:4" in done.stdout + done.stderr and "algorithm" in done.stdout + done.stderr


def test_config_show_masks_secrets(folder, monkeypatch):
    monkeypatch.setenv("API_PASSWORD", "hunter2hunter2")
    file = folder / "weir.yaml"
    file.write_text("gateway:\n  upstream: http://user:${API_PASSWORD}@127.0.0.1:8000\n")
    done = subprocess.run([places.binary("weir"), "config", "show", str(file)], capture_output=True, text=True, timeout=10)
    assert "hunter2hunter2" not in done.stdout + done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell):
    done = subprocess.run([places.binary("weir"), "completion", shell], capture_output=True, text=True, timeout=10)
    assert done.returncode == 0 and "weir" in done.stdout and "rotate" in done.stdout
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=done.stdout, text=True, check=True)
