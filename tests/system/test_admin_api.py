"""The admin API: who may call it, keys through their life, users, limits, the call log."""
import re

import pytest
import requests

from tests.harness.weir import eventually

KEY_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def works(connect, weir, secret):
    return connect(weir).exchange("GET", "/", [("X-API-Key", secret)]).status


@pytest.mark.parametrize("headers, status", [
    ({}, 401),
    ({"Authorization": "Bearer wrong"}, 401),
    ({"Authorization": "Basic eDp5"}, 401),
    ({"X-API-Key": "x"}, 401),
])
def test_the_api_wants_the_token(guarded, headers, status):
    weir = guarded()
    for path in ("/api/v1/keys", "/api/v1/usage", "/api/v1/nonsense"):
        answer = requests.get(weir.admin_url + path, headers=headers, timeout=5)
        assert answer.status_code == status and "detail" in answer.json()


def test_unknown_paths_and_methods(guarded):
    weir = guarded()
    assert weir.admin("GET", "/api/v1/nonsense").status_code == 404
    answer = weir.admin("DELETE", "/api/v1/usage")
    assert answer.status_code == 405 and "GET" in answer.headers["Allow"]
    assert weir.admin("GET", "/api/v1/keys/999999").status_code == 404


def test_a_key_through_its_life(guarded, connect):
    weir = guarded()
    user = weir.api("POST", "/users", json={"name": "ada"})
    made = weir.admin("POST", "/api/v1/keys", json={"name": "Reports", "user_id": user["id"], "description": "d"})
    assert made.status_code == 201
    key = made.json()
    secret, path = key["key"], f"/keys/{key['id']}"
    assert re.fullmatch(r"weir_production_[0-9A-Za-z]{36}", secret)
    assert KEY_TIME.fullmatch(key["created_at"]) and key["expires_at"] is None
    assert works(connect, weir, secret) == 200
    changed = weir.api("PATCH", path, json={"name": "Other", "limits": {"minute": 2}})
    assert changed["name"] == "Other" and changed["limits"] == {"minute": 2} and changed["description"] == "d"
    answer = connect(weir).exchange("GET", "/", [("X-API-Key", secret)])
    assert answer["X-RateLimit-Minute-Limit"] == "2"
    weir.api("PATCH", path, json={"is_active": False})
    assert works(connect, weir, secret) == 403
    weir.api("PATCH", path, json={"is_active": True, "limits": {}})
    assert works(connect, weir, secret) == 200
    assert weir.admin("DELETE", "/api/v1" + path).status_code == 204
    assert works(connect, weir, secret) == 401
    assert weir.admin("GET", "/api/v1" + path).status_code == 404


def test_a_change_is_in_force_with_its_answer(guarded, connect):
    """On connections that stay, of every data-plane thread, without a restart."""
    weir = guarded({"gateway": {"threads": 2}})
    key = weir.create_key()
    clients = [connect(weir) for _ in range(16)]
    statuses = lambda: {client.exchange("GET", "/", [("X-API-Key", key["key"])]).status for client in clients}
    assert statuses() == {200}
    for is_active, status in [(False, 403), (True, 200)] * 5:
        weir.api("PATCH", f"/keys/{key['id']}", json={"is_active": is_active})
        assert statuses() == {status}


def test_rotation_with_grace_keeps_the_old_secret_for_a_while(guarded, connect):
    weir = guarded()
    key = weir.create_key()
    rotated = weir.api("POST", f"/keys/{key['id']}/rotate", json={"grace_seconds": 3600})
    assert rotated["id"] == key["id"] and rotated["key"] != key["key"]
    assert works(connect, weir, key["key"]) == works(connect, weir, rotated["key"]) == 200


def test_rotation_without_grace_ends_the_old_secret_at_once(guarded, connect):
    weir = guarded()
    key = weir.create_key()
    rotated = weir.api("POST", f"/keys/{key['id']}/rotate", json={"grace_seconds": 0})
    assert works(connect, weir, key["key"]) == 401
    assert works(connect, weir, rotated["key"]) == 200


def test_a_graces_end_is_kept(guarded, connect):
    weir = guarded()
    key = weir.create_key()
    weir.api("POST", f"/keys/{key['id']}/rotate", json={"grace_seconds": 2})
    assert works(connect, weir, key["key"]) == 200
    eventually(lambda: works(connect, weir, key["key"]) == 401)


def test_a_rotated_key_keeps_its_windows(guarded, connect):
    weir = guarded({"limits": {"windows": [{"name": "minute", "seconds": 60, "limit": 3}]}})
    key = weir.create_key()
    assert works(connect, weir, key["key"]) == 200
    rotated = weir.api("POST", f"/keys/{key['id']}/rotate", json={"grace_seconds": 60})
    assert works(connect, weir, rotated["key"]) == works(connect, weir, key["key"]) == 200
    assert works(connect, weir, rotated["key"]) == 429


def test_keys_and_limits_outlive_a_restart(guarded, connect):
    weir = guarded()
    weir.api("PATCH", f"/keys/{weir.command('keys', 'list')['items'][0]['id']}", json={"limits": {"minute": 77}})
    weir.restart()
    answer = connect(weir).exchange("GET", "/", [("X-API-Key", weir.key)])
    assert answer.status == 200 and answer["X-RateLimit-Minute-Limit"] == "77"


@pytest.mark.parametrize("body, field", [
    ({}, "name"),
    ({"name": ""}, "name"),
    ({"name": "x" * 101}, "name"),
    ({"name": "x", "description": "y" * 1001}, "description"),
    ({"name": "x", "expires_at": "tomorrow"}, "expires_at"),
    ({"name": "x", "limits": {"fortnight": 5}}, "fortnight"),
    ({"name": "x", "limits": {"minute": -1}}, "minute"),
    ({"name": "x", "allowed_networks": ["300.0.0.0/8"]}, "allowed_networks"),
    ({"name": "x", "allowed_routes": ["no-slash"]}, "allowed_routes"),
    ({"name": "x", "plan": "platinum"}, "plan"),
    ({"name": 7}, "name"),
    ({"name": "x", "nmae": "y"}, "nmae"),
])
def test_bad_input_is_422_and_names_the_field(guarded, body, field):
    weir = guarded()
    user = weir.api("POST", "/users", json={"name": "u"})
    answer = weir.admin("POST", "/api/v1/keys", json={"user_id": user["id"], **body})
    assert answer.status_code == 422 and field in answer.json()["detail"], answer.text


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"name": "a", "name": "b"}', "\xff", "{" * 10_000])
def test_what_is_no_json_object_is_refused(guarded, text):
    weir = guarded()
    answer = weir.admin("POST", "/api/v1/keys", data=text.encode("latin-1"), headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422) and "detail" in answer.json()
    assert requests.get(f"{weir.admin_url}/healthz", timeout=5).status_code == 200


def test_lists_have_pages(guarded):
    weir = guarded()
    for number in range(24):
        weir.create_key(name=f"key {number}")
    seen, cursor = [], None
    while True:
        page = weir.api("GET", "/keys", params={"limit": 10, **({"cursor": cursor} if cursor else {})})
        assert len(page["items"]) <= 10
        seen += [key["id"] for key in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 25
    assert weir.admin("GET", "/api/v1/keys", params={"cursor": "nonsense"}).status_code == 422
    assert weir.admin("GET", "/api/v1/keys", params={"limit": "0"}).status_code == 422


def test_the_call_log_has_filters_and_pages(guarded, connect):
    weir = guarded()
    client = connect(weir)
    key = [("X-API-Key", weir.key)]
    for number in range(30):
        client.exchange("GET", f"/bytes/{number}", key)
    for _ in range(5):
        client.exchange("DELETE", "/status/404", key)
    client.exchange("GET", "/secret?password=x")
    weir.wait_calls(36)
    assert len(weir.calls(method="DELETE")) == 5
    assert len(weir.calls(status=404)) == 5
    assert len(weir.calls(status=401)) == 1
    assert len(weir.calls(endpoint="/bytes/{id}")) == 30
    assert len(weir.calls(path="/bytes/7")) == 1
    first = weir.api("GET", "/usage", params={"limit": 7})
    assert len(first["items"]) == 7
    every = weir.calls(limit=7)
    assert len(every) == 36 and len({call["id"] for call in every}) == 36
    assert [call["created_at"] for call in every] == sorted((call["created_at"] for call in every), reverse=True)
    call = weir.calls(status=404)[0]
    assert call["bytes_out"] == len("status 404") and call["upstream_time"] > 0 and call["outcome"] == "forwarded"
    assert "password" not in str(every)
    middle = every[10]["created_at"]
    assert all(call["created_at"] >= middle for call in weir.calls(**{"from": middle}))


def test_limits_are_shown_and_set(guarded, connect):
    weir = guarded()
    limits = weir.api("GET", "/limits")
    assert [window["name"] for window in limits["windows"]] == ["minute", "hour", "day"]
    limits["windows"][0]["limit"] = 5
    limits["plans"] = {"partner": {"minute": 9}}
    weir.api("PUT", "/limits", json=limits)
    assert connect(weir).exchange("GET", "/", [("X-API-Key", weir.key)])["X-RateLimit-Minute-Limit"] == "5"
    key = weir.create_key("--plan", "partner")
    assert connect(weir).exchange("GET", "/", [("X-API-Key", key["key"])])["X-RateLimit-Minute-Limit"] == "9"
    weir.restart()
    assert weir.api("GET", "/limits")["windows"][0]["limit"] == 5
    bad = weir.admin("PUT", "/api/v1/limits", json={**limits, "windows": []})
    assert bad.status_code == 422


def test_users(guarded):
    weir = guarded()
    ada = weir.api("POST", "/users", json={"name": "ada"})
    assert weir.api("GET", f"/users/{ada['id']}")["name"] == "ada"
    assert weir.api("PATCH", f"/users/{ada['id']}", json={"name": "Ada L."})["name"] == "Ada L."
    assert "Ada L." in [user["name"] for user in weir.api("GET", "/users")["items"]]


def test_the_token_file_is_private_and_lasts(guarded):
    weir = guarded()
    token = weir.token
    assert (weir.data_dir / "admin.token").stat().st_mode & 0o777 == 0o600
    weir.restart()
    assert weir.token == token
