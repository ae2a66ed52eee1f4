"""Who may do what on the admin side: tokens and roles, sessions and CSRF, throttled failures, the audit log."""
import json
import re
import signal
import sqlite3
import subprocess
import threading

import pytest
import requests

from tests.harness import places
from tests.harness.weir import eventually


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def status(weir, headers, method="GET", path="/api/v1/keys", **options):
    return requests.request(method, weir.admin_url + path, headers=headers, timeout=10, **options).status_code


def test_a_tokens_life_by_commands(guarded):
    weir = guarded()
    made = weir.command("tokens", "create", "--name", "dashboard", "--expires", "90d")
    assert re.fullmatch(r"weiradm_[0-9A-Za-z]{49}", made["token"]) and made["role"] == "viewer"
    assert status(weir, bearer(made["token"])) == 200
    listed = weir.run_command("tokens", "list").stdout
    assert "dashboard" in listed and "viewer" in listed and made["token"] not in listed
    again = weir.run_command("tokens", "create", "--name", "dashboard")
    assert again.returncode == 1 and "dashboard" in again.stderr
    revoked = weir.run_command("tokens", "revoke", str(made["id"]))
    assert revoked.returncode == 0, revoked.stderr
    assert status(weir, bearer(made["token"])) == 401
    assert weir.run_command("tokens", "revoke", str(made["id"])).returncode == 1


def test_the_secret_is_nowhere_in_the_data_folder_or_the_log(guarded):
    weir = guarded()
    made = weir.command("tokens", "create", "--name", "deploy", "--role", "admin")
    session = requests.Session()
    assert session.post(f"{weir.admin_url}/api/v1/session", json={"token": made["token"]}, timeout=10).status_code == 201
    cookie = session.cookies["weir_session"]
    weir.stop()
    for secret in (made["token"], cookie, made["token"][8:40], cookie[8:40]):
        for file in weir.folder.rglob("*"):
            if file.is_file():
                assert secret.encode() not in file.read_bytes(), file


def test_commands_work_with_a_token_of_their_own_and_say_what_it_may_not(guarded, folder):
    weir = guarded()
    made = weir.command("tokens", "create", "--name", "looker")
    (folder / "token").write_text(made["token"])
    shown = weir.run_command("keys", "list", "--token-file", str(folder / "token"))
    assert shown.returncode == 0, shown.stderr
    refused = weir.run_command("keys", "create", "--name", "x", "--user", "y", "--token-file", str(folder / "token"))
    assert refused.returncode == 1 and "needs the role admin" in refused.stderr, refused.stderr


def test_the_page_signs_in_changes_and_signs_out(guarded):
    weir = guarded()
    page, url = requests.Session(), f"{weir.admin_url}/api/v1"
    signed_in = page.post(f"{url}/session", json={"token": weir.token}, timeout=10)
    assert signed_in.status_code == 201 and signed_in.json()["role"] == "admin"
    cookie = signed_in.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie and "Secure" not in cookie
    csrf = page.get(f"{url}/session", timeout=10).json()["csrf_token"]
    assert csrf == signed_in.json()["csrf_token"]
    assert page.get(f"{url}/keys", timeout=10).status_code == 200
    assert page.post(f"{url}/users", json={"name": "ada"}, timeout=10).status_code == 403
    assert page.post(f"{url}/users", json={"name": "ada"}, headers={"X-CSRF-Token": csrf[:-1]}, timeout=10).status_code == 403
    assert page.post(f"{url}/users", json={"name": "ada"}, headers={"X-CSRF-Token": csrf}, timeout=10).status_code == 201
    stolen = dict(page.cookies)
    assert page.delete(f"{url}/session", headers={"X-CSRF-Token": csrf}, timeout=10).status_code == 204
    assert requests.get(f"{url}/keys", cookies=stolen, timeout=10).status_code == 401


def test_revoking_a_token_ends_its_sessions(guarded):
    weir = guarded()
    made = weir.command("tokens", "create", "--name", "ada", "--role", "admin")
    page = requests.Session()
    page.post(f"{weir.admin_url}/api/v1/session", json={"token": made["token"]}, timeout=10)
    assert page.get(f"{weir.admin_url}/api/v1/keys", timeout=10).status_code == 200
    weir.command("tokens", "revoke", str(made["id"]))
    assert page.get(f"{weir.admin_url}/api/v1/keys", timeout=10).status_code == 401


def test_behind_a_trusted_proxy_the_cookie_is_secure_and_the_source_is_the_clients(guarded):
    weir = guarded({"admin": {"trusted_proxies": ["127.0.0.1/32"]}})
    answer = requests.post(f"{weir.admin_url}/api/v1/session", json={"token": weir.token}, timeout=10,
                           headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-weir_session=") and cookie.endswith("; Secure") and "Domain" not in cookie
    entry = eventually(lambda: weir.command("audit", "--action", "session.sign_in")["items"])[0]
    assert entry["source"] == "198.51.100.7" and entry["via"] == "page" and entry["actor"] == "admin.token"


def test_failures_are_slowed_down_and_right_calls_are_not(guarded):
    weir = guarded()
    seen = [requests.get(f"{weir.admin_url}/api/v1/keys", headers=bearer("wrong"), timeout=10) for _ in range(40)]
    statuses = [answer.status_code for answer in seen]
    assert statuses[:20] == [401] * 20 and 429 in statuses[20:]
    assert 1 <= int(seen[-1].headers["Retry-After"]) <= 3
    assert "Try again in" in seen[-1].json()["detail"]
    assert all(status(weir, bearer(weir.token)) == 200 for _ in range(20))
    assert requests.post(f"{weir.admin_url}/api/v1/session", json={"token": weir.token}, timeout=10).status_code == 429
    assert "a caller of the admin API is refused" in weir.log() and "wrong" not in weir.log()


def test_the_audit_log_tells_all_by_api_command_and_signal(guarded):
    weir = guarded()
    key = weir.create_key(name="shop", user="alice")
    weir.command("keys", "update", str(key["id"]), "--name", "Shop")
    weir.api("PATCH", f"/users/{key['user_id']}", json={"email": "a@example.org"}, headers={"X-Request-Id": "ticket-7"})
    weir.command("limits", "set", "--limit", "minute=77")
    rotated = weir.command("keys", "rotate", str(key["id"]), "--grace", "0")
    weir.command("keys", "delete", str(key["id"]))
    weir.configure({"gateway": {"ietf_headers": True}})
    weir.reload()
    reload = eventually(lambda: weir.command("audit", "--action", "configuration.reload")["items"])[0]
    assert reload["actor"] == "SIGHUP" and reload["via"] == "signal"
    assert reload["before"]["gateway"]["ietf_headers"] is False and reload["after"]["gateway"]["ietf_headers"] is True

    entries = weir.command("audit", "--subject", f"key:{key['id']}")["items"]
    assert [entry["action"] for entry in entries] == ["key.delete", "key.rotate", "key.update", "key.create"]
    assert all(entry["via"] == "cli" and entry["actor"] == "admin.token" and entry["source"] == "127.0.0.1" for entry in entries)
    assert entries[2]["before"] == {"name": "shop"} and entries[2]["after"] == {"name": "Shop"}
    user = weir.command("audit", "--action", "user.update")["items"][0]
    assert user["via"] == "api" and user["request_id"] == "ticket-7"
    limits = weir.command("audit", "--action", "limits.update")["items"][0]
    assert [w["limit"] for w in limits["after"]["windows"] if w["name"] == "minute"] == [77]
    everything = weir.run_command("audit", "--limit", "1000", "--json").stdout + weir.run_command("audit").stdout
    for secret in (key["key"], rotated["key"], weir.token):
        assert secret not in everything


def test_every_kept_change_has_its_entry_after_a_kill(guarded):
    """kill -9 in the middle of changes: the store holds a user exactly when the audit log tells of it."""
    weir = guarded()
    stop = threading.Event()

    def change(worker):
        session, number = requests.Session(), 0
        while not stop.is_set():
            number += 1
            try:
                session.post(f"{weir.admin_url}/api/v1/users", json={"name": f"{worker}-{number}"}, headers=bearer(weir.token),
                             timeout=5)
            except requests.RequestException:
                return

    workers = [threading.Thread(target=change, args=(worker,)) for worker in range(4)]
    for worker in workers:
        worker.start()
    eventually(lambda: len(weir.api("GET", "/users", params={"limit": 1000})["items"]) > 50, 20)
    weir.process.send_signal(signal.SIGKILL)
    weir.process.wait()
    stop.set()
    for worker in workers:
        worker.join()
    with sqlite3.connect(weir.data_dir / "weir.db") as store:
        users = {str(row[0]) for row in store.execute("SELECT id FROM users")}
        told = {row[0] for row in store.execute("SELECT subject_id FROM audit_log WHERE action = 'user.create'")}
    assert len(users) > 50 and users == told


@pytest.mark.parametrize("setting, value, told", [
    ("audit_retention", "1h", "admin.audit_retention"), ("session_idle", "1s", "admin.session_idle"),
    ("trusted_proxies", ["localhost"], "admin.trusted_proxies"), ("tokens", [], "tokens"),
])
def test_wrong_settings_are_named(folder, setting, value, told):
    file = folder / "weir.yaml"
    file.write_text(json.dumps({"gateway": {"upstream": "http://127.0.0.1:8000"}, "admin": {setting: value}}))
    done = subprocess.run([places.binary("weir"), "config", "check", str(file)], capture_output=True, text=True, timeout=10)
    assert done.returncode != 0 and told in done.stdout + done.stderr
