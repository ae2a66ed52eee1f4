"""Usage from the roll-ups, on real traffic: sums equal to what the client sent, groups, order, series, comparison, CLI."""
import datetime
import json
import time

import pytest

from tests.harness.weir import eventually

SENT = [("GET", "/status/200", 12), ("GET", "/bytes/1000", 5), ("POST", "/status/503", 4), ("DELETE", "/status/404", 3),
        ("GET", "/sleep/0.2", 2)]
PARTS = ("errors", "client_errors", "limited", "bytes_in", "bytes_out")


def send(weir, connect, key, sent=SENT):
    client = connect(weir)
    for method, path, count in sent:
        for _ in range(count):
            client.exchange(method, path, [("X-API-Key", key)], b"12345" if method == "POST" else b"")


def wait_total(weir, count, **filters):
    """The summary once it holds that many requests: roll-ups follow within a second."""
    return eventually(lambda: (got := weir.api("GET", "/usage/summary", params=filters))["total"]["requests"] >= count and got, 10,
                      lambda: f"{weir.api('GET', '/usage/summary', params=filters)['total']} instead of {count}")


@pytest.fixture
def used(guarded, connect):
    """A weir with two keys that were used."""
    weir = guarded()
    weir.first = weir.create_key(name="first", user="ada")
    weir.second = weir.create_key(name="second", user="bob")
    send(weir, connect, weir.first["key"])
    send(weir, connect, weir.second["key"], [("GET", "/status/200", 7)])
    connect(weir).exchange("GET", "/status/200")
    wait_total(weir, 34)
    return weir


def test_the_summary_is_the_sum_of_the_call_log(used):
    calls = used.calls()
    total = used.api("GET", "/usage/summary")["total"]
    assert total["requests"] == len(calls) == 34
    assert total["errors"] == sum(call["status_code"] >= 500 for call in calls) == 4
    assert total["client_errors"] == sum(400 <= call["status_code"] < 500 for call in calls) == 4
    assert total["bytes_in"] == sum(call["bytes_in"] for call in calls) == 20
    assert total["bytes_out"] == sum(call["bytes_out"] for call in calls)
    assert total["bytes"] == total["bytes_in"] + total["bytes_out"]
    assert total["error_rate"] == pytest.approx(4 / 34)
    assert total["refused"] == sum(call["outcome"] != "forwarded" for call in calls) == 1
    times = sorted(call["response_time"] for call in calls)
    assert total["response_time"]["max"] == times[-1] and times[-1] >= 0.2
    assert total["response_time"]["mean"] == pytest.approx(sum(times) / len(times), abs=2e-6)
    assert total["response_time"]["p50"] == pytest.approx(times[16], rel=0.011)
    assert total["response_time"]["p99"] == pytest.approx(times[33], rel=0.011)


@pytest.mark.parametrize("group_by, field", [("status", "status_code"), ("method", "method"), ("key", "api_key_id"),
                                             ("user", "user_id"), ("endpoint", "endpoint"), ("outcome", "outcome")])
def test_groups_are_those_of_the_call_log(used, group_by, field):
    wanted = {}
    for call in used.calls():
        wanted[call[field]] = wanted.get(call[field], 0) + 1
    answer = used.api("GET", "/usage/summary", params={"group_by": group_by})
    by_id = group_by in ("key", "user", "status")
    found = {item["id"] if by_id else item["name"]: item["requests"] for item in answer["items"]}
    assert found == wanted
    assert answer["group_by"] == group_by and answer["groups"] == len(wanted)
    counts = [item["requests"] for item in answer["items"]]
    assert counts == sorted(counts, reverse=True)
    for part in PARTS:
        assert sum(item[part] for item in answer["items"]) == answer["total"][part], part


def test_names_come_with_the_groups(used):
    keys = {item["id"]: item["name"] for item in used.api("GET", "/usage/summary", params={"group_by": "key"})["items"]}
    assert keys[used.first["id"]] == "first" and keys[used.second["id"]] == "second" and keys[None] is None
    users = {item["name"] for item in used.api("GET", "/usage/summary", params={"group_by": "user"})["items"]}
    assert {"ada", "bob"} <= users


@pytest.mark.parametrize("filters, requests", [
    ({"key_id": "first"}, 26), ({"key_id": 0}, 1), ({"user_id": "second"}, 7), ({"method": "GET"}, 27), ({"status": "5xx"}, 4),
    ({"status": 404}, 3), ({"method": "GET", "status": "2xx", "key_id": "second"}, 7), ({"endpoint": "/nowhere"}, 0),
])
def test_filters(used, filters, requests):
    field = {"key_id": "id", "user_id": "user_id"}
    filters = {name: getattr(used, value)[field[name]] if value in ("first", "second") else value
               for name, value in filters.items()}
    assert used.api("GET", "/usage/summary", params=filters)["total"]["requests"] == requests


def test_top_orders_and_limits(used):
    answer = used.api("GET", "/usage/top", params={"order": "max", "limit": 1})
    assert answer["group_by"] == "endpoint" and len(answer["items"]) == 1 and answer["groups"] > 1
    assert answer["items"][0]["response_time"]["max"] >= 0.2
    failing = used.api("GET", "/usage/top", params={"group_by": "key", "order": "errors"})
    assert failing["items"][0]["id"] == used.first["id"] and failing["items"][0]["errors"] == 4


def test_any_percentile(used):
    times = sorted(call["response_time"] for call in used.calls())
    answer = used.api("GET", "/usage/percentiles", params={"q": "0.1,0.5,0.999"})
    for each, rank in zip(answer["total"]["response_time"], (3, 16, 33)):
        assert each["seconds"] == pytest.approx(times[rank], rel=0.011, abs=1e-6)
    assert used.admin("GET", "/api/v1/usage/percentiles", params={"q": "1.5"}).status_code == 422


def test_a_series_adds_up_to_the_total(used):
    series = used.api("GET", "/usage/timeseries", params={"step": "1m", "from": "-10m"})
    (line,) = series["items"]
    assert series["step_seconds"] == 60 and line["id"] is None
    assert 10 <= len(line["points"]) <= 12
    assert sum(point["requests"] for point in line["points"]) == 34
    starts = [datetime.datetime.fromisoformat(point["at"].replace("Z", "+00:00")) for point in line["points"]]
    assert all(b - a == datetime.timedelta(minutes=1) for a, b in zip(starts, starts[1:]))
    by_key = used.api("GET", "/usage/timeseries", params={"group_by": "key", "limit": 2})
    assert [sum(point["requests"] for point in each["points"]) for each in by_key["items"]] == [26, 7]


def test_the_period_before_is_compared_with(used):
    answer = used.api("GET", "/usage/summary", params={"compare": "previous", "group_by": "status"})
    assert answer["before"]["total"]["requests"] == 0 and answer["change"]["requests"] is None
    assert answer["before"]["to"] == answer["from"]
    assert all("before" in item and "change" in item for item in answer["items"])


def test_times_may_be_relative_or_exact(used):
    now = datetime.datetime.now(datetime.timezone.utc)
    for moments in ({"from": "-1h"}, {"from": (now - datetime.timedelta(hours=1)).isoformat(), "to": "now"}, {"from": "-2d", "to": "-0"}):
        assert used.api("GET", "/usage/summary", params=moments)["total"]["requests"] == 34
    assert used.api("GET", "/usage/summary", params={"from": "-3h", "to": "-2h"})["total"]["requests"] == 0


WRONG = [
    ({"group_by": "colour"}, "group_by", "colour"), ({"order": "random"}, "order", "random"), ({"from": "yesterday"}, "from", "yesterday"),
    ({"from": "-24"}, "from", "-24"), ({"to": "2026-13-01T00:00:00Z"}, "to", "2026-13-01"), ({"limit": "0"}, "limit", "0"),
    ({"limit": "1001"}, "limit", "1000"), ({"status": "6xx"}, "status", "6xx"), ({"key_id": "-1"}, "key_id", "-1"),
    ({"user_id": "0"}, "user_id", "0"), ({"compare": "next"}, "compare", "next"), ({"from": "-1h", "to": "-2h"}, "from", "before"),
    ({"from": "-3660d", "to": "2027-01-01T00:00:00Z"}, "from", "3660"), ({"key": "7"}, "key", "not a known parameter"),
    ({"endpoint": ""}, "endpoint", "0"), ({"endpoint": "x" * 8000 + "%"}, "", ""),
]


@pytest.mark.parametrize("params, field, value", WRONG)
def test_wrong_parameters_are_named(guarded, params, field, value):
    weir = guarded()
    for path in ("summary", "top"):
        answer = weir.admin("GET", f"/api/v1/usage/{path}", params=params)
        assert answer.status_code in (422, 414) or not field, answer.text
        if field:
            assert field in answer.json()["detail"] and value in answer.json()["detail"], answer.text


@pytest.mark.parametrize("step", ["0", "30s", "90s", "1", "-1h", "x", "4000d"])
def test_a_wrong_step_is_named(guarded, step):
    weir = guarded()
    answer = weir.admin("GET", "/api/v1/usage/timeseries", params={"step": step, "from": "-30d"})
    assert answer.status_code == 422 and "step" in answer.json()["detail"] and step in answer.json()["detail"]


def test_a_step_finer_than_what_is_kept_becomes_coarser(guarded):
    """Minutes are kept two days: thirty days are answered in hours."""
    weir = guarded()
    series = weir.api("GET", "/usage/timeseries", params={"step": "1m", "from": "-30d"})
    assert series["step_seconds"] == 3600 and len(series["items"][0]["points"]) in (720, 721)


def test_late_calls_and_restarts_change_no_sum(used, connect):
    used.restart()
    assert used.api("GET", "/usage/summary")["total"]["requests"] == 34
    send(used, connect, used.first["key"], [("GET", "/status/200", 6)])
    assert wait_total(used, 40)["total"]["requests"] == 40


def test_the_commands_print_tables_and_json(used):
    table = used.run_command("usage", "summary", "--group-by", "key", "--compare").stdout
    assert "first" in table and "(no key)" in table and "CHANGE" in table and "█" in table
    assert used.run_command("usage", "top").stdout.splitlines()[1].startswith("ENDPOINT")
    assert used.command("usage", "top", "key", "--order", "errors")["items"][0]["name"] == "first"
    lines = used.run_command("usage", "timeseries", "--group-by", "user", "--from", "2h").stdout
    assert "ada" in lines and "PEAK" in lines
    assert used.command("usage", "summary", "--user", "bob")["total"]["requests"] == 7
    assert used.run_command("usage", "timeseries", "--step", "5m", "--from", "1h").returncode == 0
    wrong = used.run_command("usage", "timeseries", "--step", "5 parsecs")
    assert wrong.returncode != 0 and "step" in wrong.stderr
    for command in ("summary", "top", "timeseries", "watch"):
        help_text = used.run_command("usage", command, "--help").stdout
        assert f"weir usage {command}" in help_text
