"""GET /.weir/usage: a consumer sees its own limits and usage; nobody is charged, nothing is forwarded."""
import json
import time

import pytest

from tests.harness.weir import eventually

PATH = "/.weir/usage"
LIMITS = {"windows": [{"name": "minute", "seconds": 60, "limit": 5}, {"name": "day", "seconds": 86400, "limit": 1000}]}


def ask(client, key):
    answer = client.exchange("GET", PATH, [("X-API-Key", key)])
    assert answer.status == 200 and answer["Content-Type"] == "application/json", answer
    return answer, json.loads(answer.body)


def test_it_tells_limits_and_the_last_day(guarded, connect, upstream):
    weir = guarded({"limits": LIMITS})
    client = connect(weir)
    for path, count in (("/status/200", 3), ("/status/503", 2)):
        for _ in range(count):
            client.exchange("GET", path, [("X-API-Key", weir.key)])
    for _ in range(2):
        assert client.exchange("GET", "/status/200", [("X-API-Key", weir.key)]).status == 429
    answer, body = eventually(lambda: (got := ask(client, weir.key))[1]["last_24_hours"]["limited"] == 2 and got, 10)
    minute, day = body["limits"]
    assert minute["window"] == "minute" and minute["limit"] == 5 and minute["remaining"] == 0 and 0 < minute["reset_seconds"] <= 60
    assert day["remaining"] == 995, "asking is charged to nobody"
    assert answer["X-RateLimit-Minute-Remaining"] == "0"
    assert body["last_24_hours"]["errors"] == 2 and body["last_24_hours"]["requests"] >= 7
    assert len(body["hours"]) == 24
    for name in ("requests", "errors", "limited"):
        assert sum(hour[name] for hour in body["hours"]) == body["last_24_hours"][name]
    assert [hour["from"] for hour in body["hours"]] == sorted(hour["from"] for hour in body["hours"])
    assert PATH not in [target for _, target, _, _ in upstream.seen], "nothing is forwarded"


def test_every_question_leaves_a_record_of_its_own_kind(guarded, connect):
    weir = guarded()
    ask(connect(weir), weir.key)
    (call,) = weir.wait_calls(1)
    assert call["outcome"] == "self_usage" and call["path"] == PATH and call["status_code"] == 200 and call["api_key_id"]
    eventually(lambda: weir.metrics()['weir_requests_total{outcome="self_usage"}'] == 1)


@pytest.mark.parametrize("headers, status", [([], 401), ([("X-API-Key", "nonsense")], 401)])
def test_a_missing_or_wrong_key_is_refused_as_everywhere(guarded, connect, headers, status):
    weir = guarded()
    answer = connect(weir).exchange("GET", PATH, headers)
    assert answer.status == status and "detail" in json.loads(answer.body) and answer["WWW-Authenticate"] == "ApiKey"


def test_keys_see_nothing_of_each_other(guarded, connect):
    weir = guarded()
    other = weir.create_key()
    client = connect(weir)
    for _ in range(4):
        client.exchange("GET", "/", [("X-API-Key", weir.key)])
    eventually(lambda: ask(client, weir.key)[1]["last_24_hours"]["requests"] >= 4, 10)
    _, body = ask(client, other["key"])
    assert body["key_id"] == other["id"] and body["last_24_hours"]["requests"] == 0


def test_networks_count_and_routes_do_not(guarded, connect):
    weir = guarded()
    here = weir.api("POST", "/keys", json={"name": "here", "user": "u", "allowed_routes": ["/v1"]})
    elsewhere = weir.api("POST", "/keys", json={"name": "there", "user": "u", "allowed_networks": ["10.0.0.0/8"]})
    ask(connect(weir), here["key"])
    assert connect(weir).exchange("GET", PATH, [("X-API-Key", elsewhere["key"])]).status == 403


def test_only_that_path_and_only_reading_it(guarded, connect, upstream):
    weir = guarded()
    client = connect(weir)
    head = client.exchange("HEAD", PATH, [("X-API-Key", weir.key)])
    assert head.status == 200 and int(head["Content-Length"]) > 100
    for method, path in (("POST", PATH), ("GET", PATH + "/"), ("GET", "/.weir")):
        assert client.exchange(method, path, [("X-API-Key", weir.key)]).status == 200
    assert [(method, target) for method, target, _, _ in upstream.seen] == [("POST", PATH), ("GET", PATH + "/"), ("GET", "/.weir")]


def test_it_can_be_turned_off_while_running(guarded, connect, upstream):
    weir = guarded()
    ask(connect(weir), weir.key)
    weir.configure({"gateway": {"self_usage": False}})
    weir.reload()
    weir.wait_log("the configuration is reloaded")
    connect(weir).exchange("GET", PATH, [("X-API-Key", weir.key)])
    assert [target for _, target, _, _ in upstream.seen] == [PATH]


def test_a_loop_of_questions_disturbs_nobody(guarded, connect):
    """The store is asked once a second a key, on a thread of its own."""
    weir = guarded()
    client, other = connect(weir), connect(weir)
    ask(client, weir.key)
    for _ in range(300):
        client.request("GET", PATH, [("X-API-Key", weir.key)])
    began = time.monotonic()
    assert other.exchange("GET", "/status/200", [("X-API-Key", weir.key)]).status == 200
    assert time.monotonic() - began < 2
    assert {client.answer().status for _ in range(300)} <= {200, 503}
