"""What weir itself answers: status, body and headers of every refusal, and who is charged for it."""
import json
import re

import pytest

from tests.harness.raw import Client
from tests.harness.upstream import RawUpstream, read_head

SMALL = {"windows": [{"name": "minute", "seconds": 60, "limit": 3}, {"name": "hour", "seconds": 3600, "limit": 5}]}


def detail(answer):
    assert answer["Content-Type"] == "application/json"
    return json.loads(answer.body)["detail"]


def remaining(weir, key):
    """What is left of a key's windows, told by the headers of one more request, not counting it."""
    with Client(("127.0.0.1", weir.port)) as client:
        answer = client.exchange("GET", "/", [("X-API-Key", key)])
    return int(answer["X-RateLimit-Minute-Remaining"]) + 1


def test_a_missing_key_and_how_to_send_one(guarded, connect):
    answer = connect(guarded()).exchange("GET", "/")
    assert (answer.status, detail(answer)) == (401, "Missing API key")
    assert answer["WWW-Authenticate"] == "ApiKey"
    assert not [name for name, _ in answer.headers if name.lower().startswith("x-ratelimit")]


@pytest.mark.parametrize("key", ["x", "weir_production_" + "a" * 36, "weir_live_short", "ключ".encode().decode("latin-1"), "a" * 4000])
def test_an_unknown_or_malformed_key_is_invalid(guarded, connect, key):
    answer = connect(guarded()).exchange("GET", "/", [("X-API-Key", key)])
    assert (answer.status, detail(answer)) == (401, "Invalid API key")
    assert answer["WWW-Authenticate"] == "ApiKey"


def test_a_typo_in_a_key_is_invalid(guarded, connect):
    weir = guarded()
    last = weir.key[-1]
    answer = connect(weir).exchange("GET", "/", [("X-API-Key", weir.key[:-1] + ("a" if last != "a" else "b"))])
    assert (answer.status, detail(answer)) == (401, "Invalid API key")


def test_two_keys_in_one_request_are_refused(guarded, connect):
    weir = guarded()
    answer = connect(weir).exchange("GET", "/", [("X-API-Key", weir.key), ("X-API-Key", "other")])
    assert answer.status in (400, 401)


def test_a_key_in_the_query_string_is_not_accepted(guarded, connect):
    weir = guarded()
    assert connect(weir).exchange("GET", f"/?api_key={weir.key}&X-API-Key={weir.key}").status == 401


def test_an_expired_key_is_invalid(guarded, connect):
    weir = guarded()
    key = weir.create_key()
    weir.api("PATCH", f"/keys/{key['id']}", json={"expires_at": "2020-01-01T00:00:00Z"})
    answer = connect(weir).exchange("GET", "/", [("X-API-Key", key["key"])])
    assert (answer.status, detail(answer)) == (401, "Invalid API key")


def test_a_key_is_not_allowed_on_another_route_or_from_another_network(guarded, connect):
    weir = guarded()
    key = weir.create_key()
    weir.api("PATCH", f"/keys/{key['id']}", json={"allowed_routes": ["/v1"]})
    client = connect(weir)
    assert client.exchange("GET", "/v1/x", [("X-API-Key", key["key"])]).status == 200
    answer = client.exchange("GET", "/v10/x", [("X-API-Key", key["key"])])
    assert (answer.status, detail(answer)) == (403, "API key is not allowed here")
    weir.api("PATCH", f"/keys/{key['id']}", json={"allowed_routes": [], "allowed_networks": ["10.0.0.0/8"]})
    answer = client.exchange("GET", "/v1/x", [("X-API-Key", key["key"])])
    assert (answer.status, detail(answer)) == (403, "API key is not allowed here")


def test_refusals_before_the_limits_charge_nobody(guarded, connect):
    weir = guarded()
    key = weir.create_key()
    client = connect(weir)
    assert client.exchange("GET", "/", [("X-API-Key", key["key"])]).status == 200
    before = remaining(weir, key["key"])
    weir.command("keys", "deactivate", str(key["id"]))
    for _ in range(5):
        assert client.exchange("GET", "/", [("X-API-Key", key["key"])]).status == 403
        assert client.exchange("GET", "/", [("X-API-Key", "wrong")]).status == 401
    weir.command("keys", "activate", str(key["id"]))
    assert remaining(weir, key["key"]) == before - 1  # only the one that asked


def test_the_first_configured_window_refuses_and_a_refusal_is_charged_to_none(guarded, connect):
    weir = guarded({"limits": SMALL})
    key = weir.create_key()["key"]
    client = connect(weir)
    answers = [client.exchange("GET", "/", [("X-API-Key", key)]) for _ in range(6)]
    assert [answer.status for answer in answers] == [200] * 3 + [429] * 3
    assert "exceeded for minute" in detail(answers[3])
    assert [answer["X-RateLimit-Hour-Remaining"] for answer in answers] == ["4", "3", "2", "2", "2", "2"]
    assert "X-RateLimit-Day-Limit" not in answers[0]


def test_problem_details_for_clients_that_prefer_them(guarded, connect):
    weir = guarded({"limits": SMALL})
    client = connect(weir)
    accept = ("Accept", "application/problem+json, application/json;q=0.5")
    answer = client.exchange("GET", "/", [accept])
    assert answer["Content-Type"] == "application/problem+json"
    problem = json.loads(answer.body)
    assert problem["status"] == 401 and problem["detail"] == "Missing API key" and problem["title"] and problem["type"]
    key = weir.create_key()["key"]
    for _ in range(4):
        answer = client.exchange("GET", "/", [accept, ("X-API-Key", key)])
    problem = json.loads(answer.body)
    assert answer.status == problem["status"] == 429
    assert problem["type"] == "https://iana.org/assignments/http-problem-types#quota-exceeded"
    assert problem["violated-policies"] == ["minute"]
    plain = client.exchange("GET", "/", [("Accept", "application/json, application/problem+json;q=0.5")])
    assert plain["Content-Type"] == "application/json"


def test_every_answer_carries_a_request_id(guarded, connect):
    weir = guarded()
    client = connect(weir)
    mine = client.exchange("GET", "/", [("X-API-Key", weir.key), ("X-Request-Id", "order-17.a_b")])
    assert mine["X-Request-Id"] == "order-17.a_b"
    assert ["X-Request-Id", "order-17.a_b"] in json.loads(mine.body)["headers"]
    for bad in ("", "a b", "x" * 500, '"<script>'):
        fresh = client.exchange("GET", "/", [("X-API-Key", weir.key), ("X-Request-Id", bad)])["X-Request-Id"]
        assert fresh != bad and re.fullmatch(r"[0-9A-Za-z_.-]{8,64}", fresh)
    ids = {client.exchange("GET", "/")["X-Request-Id"] for _ in range(20)}
    assert len(ids) == 20
    logged = weir.wait_calls(25)
    assert "order-17.a_b" in {call["request_id"] for call in logged}
    assert ids <= {call["request_id"] for call in logged}


def test_refused_calls_are_recorded_with_what_became_of_them(guarded, connect, start_upstream):
    def hang_up(connection, _):
        read_head(connection)

    broken = start_upstream(RawUpstream, hang_up)
    weir = guarded({"gateway": {"routes": [{"path": "/broken", "upstream": broken.url},
                                           {"path": "/nobody", "upstream": "http://127.0.0.1:1"}]},
                    "limits": SMALL})
    client = connect(weir)
    key = [("X-API-Key", weir.key)]
    for headers, target in (([], "/"), ([("X-API-Key", "x")], "/"), (key, "/nobody"), (key, "/broken"), (key, "/"), (key, "/")):
        client.exchange("GET", target, headers)
    calls = weir.wait_calls(6)
    seen = [(call["status_code"], call["outcome"]) for call in reversed(calls)]
    assert seen[0] == (401, "missing_key")
    assert seen[1] == (401, "malformed_key")
    assert seen[2] == (502, "upstream_unavailable")
    assert seen[3][0] == 502
    assert seen[4] == (200, "forwarded")
    assert seen[5] == (429, "limited")
    assert [call["api_key_id"] for call in calls][-2:] == [None, None]


def test_an_upstream_that_is_not_there_or_too_late(guarded, connect):
    weir = guarded()
    weir.configure({"gateway": {"upstream": None, "routes": [{"path": "/", "upstream": weir.config["gateway"]["upstream"],
                                                              "timeout": "1s"},
                                                             {"path": "/nobody", "upstream": "http://127.0.0.1:1"}]}})
    weir.restart()
    client = connect(weir)
    answer = client.exchange("GET", "/nobody", [("X-API-Key", weir.key)])
    assert (answer.status, detail(answer)) == (502, "Upstream unavailable")
    assert "X-RateLimit-Minute-Limit" in answer and "X-Request-Id" in answer
    answer = client.exchange("GET", "/sleep/4", [("X-API-Key", weir.key)])
    assert (answer.status, detail(answer)) == (504, "Upstream timed out")


def test_a_path_without_route_is_not_found(guarded, connect, upstream):
    weir = guarded({"gateway": {"upstream": None, "routes": [{"path": "/v1", "upstream": upstream.url}]}})
    assert connect(weir).exchange("GET", "/v2", [("X-API-Key", weir.key)]).status == 404


def test_upstream_limit_headers_are_replaced(guarded, connect):
    weir = guarded()
    answer = connect(weir).exchange("GET", "/limits", [("X-API-Key", weir.key)])
    assert answer["X-RateLimit-Minute-Limit"] == "100000000"
    assert "X-RateLimit-Other" not in answer


def test_the_drafts_headers_when_enabled(guarded, connect):
    weir = guarded({"gateway": {"ietf_headers": True}, "limits": SMALL})
    answer = connect(weir).exchange("GET", "/", [("X-API-Key", weir.key)])
    assert answer["RateLimit-Policy"] == '"minute";q=3;w=60, "hour";q=5;w=3600'
    assert answer["RateLimit"] == '"minute";r=2;t=60, "hour";r=4;t=3600'


def test_route_cost_is_taken_from_every_window(guarded, connect, upstream):
    weir = guarded({"gateway": {"routes": [{"path": "/report", "upstream": upstream.url, "cost": 2},
                                           {"path": "/free", "upstream": upstream.url, "cost": 0}]},
                    "limits": SMALL})
    client = connect(weir)
    key = [("X-API-Key", weir.key)]
    assert client.exchange("GET", "/report", key)["X-RateLimit-Minute-Remaining"] == "1"
    assert client.exchange("GET", "/free", key)["X-RateLimit-Minute-Remaining"] == "1"
    assert client.exchange("GET", "/report", key).status == 429
    assert client.exchange("GET", "/", key).status == 200


def test_shadow_mode_counts_and_never_refuses(guarded, connect):
    weir = guarded({"limits": {**SMALL, "shadow": True}})
    client = connect(weir)
    answers = [client.exchange("GET", "/", [("X-API-Key", weir.key)]) for _ in range(6)]
    assert [answer.status for answer in answers] == [200] * 6
    assert answers[-1]["X-RateLimit-Minute-Remaining"] == "0"
    assert any("shadow" in name and value == 3 for name, value in weir.metrics().items())
