"""GET /api/v1/stream: totals each second, resumable, bounded, slow readers dropped."""
import itertools
import json
import subprocess
import time

import pytest
import requests

from tests.harness import places
from tests.harness.api_description import description
from tests.harness.events import EventStream
from tests.harness.load import run_load
from tests.harness.weir import eventually

TOTALS = {"$ref": "#/components/schemas/TotalsEvent"}


def collect(stream, requests_wanted):
    """Events until their requests add up."""
    seen = []
    for event in stream:
        seen.append(event)
        if sum(data["requests"] for _, kind, data in seen if kind == "totals") >= requests_wanted:
            break
    return [event for event in seen if event[1] == "totals"]  # others tell of alerts


def test_the_totals_add_up_to_what_was_sent(guarded, connect):
    weir = guarded()
    stream = EventStream(weir)
    assert stream.head.status == 200 and stream.head["Content-Type"] == "text/event-stream"
    client = connect(weir)
    for number in range(30):
        assert client.exchange("GET", "/bytes/100", [("X-API-Key", weir.key)]).status == 200
    for _ in range(4):
        client.exchange("GET", "/status/503", [("X-API-Key", weir.key)])
    for _ in range(3):
        client.exchange("GET", "/")
    seen = collect(stream, 37)
    for _, _, data in seen:
        assert not description().problems(TOTALS, data)
    total = {name: sum(data[name] for _, _, data in seen) for name in ("requests", "errors", "client_errors", "limited")}
    assert total == {"requests": 37, "errors": 4, "client_errors": 3, "limited": 0}
    assert any((data["response_time"]["p95"] or 0) > 0 for _, _, data in seen)
    assert sum(data["response_time"]["count"] for _, _, data in seen) == 37
    ids = [int(event[0]) for event in seen]
    assert ids == sorted(set(ids))
    stream.close()


def test_every_second_has_an_event(guarded):
    weir = guarded()
    stream = EventStream(weir)
    began, events = time.monotonic(), []
    for event in stream:
        events.append(event)
        if len(events) == 4:
            break
    assert 2.5 < time.monotonic() - began < 6
    assert all(kind == "totals" and data["requests"] == 0 for _, kind, data in events)
    for _, _, data in events:
        assert not description().problems(TOTALS, data)
        assert data["response_time"] == {"count": 0, "mean": None, "p50": None, "p95": None, "p99": None, "max": None}


def test_a_reader_goes_on_where_it_was(guarded, connect):
    weir = guarded()
    stream = EventStream(weir)
    first = next(iter(stream))
    stream.close()
    for _ in range(5):
        connect(weir).exchange("GET", "/", [("X-API-Key", weir.key)])
    time.sleep(2.2)
    again = EventStream(weir, last_event_id=first[0])
    began = time.monotonic()
    seen = collect(again, 5)
    assert time.monotonic() - began < 1, "what was missed comes at once"
    assert int(seen[0][0]) > int(first[0])
    assert sum(data["requests"] for _, _, data in seen) == 5


def test_a_burst_of_alerts_costs_no_totals(guarded, connect):
    """More alerts at once than the stream keeps: a key for each, whose one call is over the threshold."""
    weir = guarded({"alerts": {"thresholds": {"response_time": {"warning": 0.001, "critical": None}}}})
    stream = EventStream(weir)
    first = next(event for event in stream if event[1] == "totals")
    stream.close()
    keys = [f"key-of-a-test-{number:04}" for number in range(400)]
    weir.api("POST", "/keys/import", json={"items": [{"key": key, "name": key, "user": "many"} for key in keys]})
    client = connect(weir)
    watcher = EventStream(weir)
    for key in keys:
        assert client.exchange("GET", "/sleep/0.002", [("X-API-Key", key)]).status == 200
    fired = (event for event in watcher if event[1] == "alert")
    assert len(list(itertools.islice(fired, 400))) == 400  # all are there to be read again
    watcher.close()
    seen, sums = [], 0
    for event in EventStream(weir, last_event_id=first[0]):
        seen.append(event)
        sums += event[2]["requests"] if event[1] == "totals" else 0
        if sums == 400:
            break
    assert [data for _, kind, data in seen if kind == "missed"] == [{"events": ["alert"]}]
    assert sum(kind == "alert" for _, kind, _ in seen) <= 300


def test_a_position_outlives_a_restart(guarded, connect):
    weir = guarded()
    first = next(iter(EventStream(weir)))
    weir.restart()
    connect(weir).exchange("GET", "/", [("X-API-Key", weir.key)])
    missed, totals = itertools.islice(EventStream(weir, last_event_id=first[0]), 2)
    assert missed[1:] == ("missed", {"events": ["totals", "alert"]}), "what was before the restart may be gone"
    assert totals[1] == "totals" and int(totals[0]) > int(first[0])
    assert next(iter(EventStream(weir, last_event_id=totals[0])))[1] == "totals", "told once"


@pytest.mark.parametrize("position", ["x", "-1", "1.5", "99999999999999999999999"])
def test_a_wrong_position_is_refused(guarded, position):
    weir = guarded()
    answer = weir.admin("GET", "/api/v1/stream", headers={"Last-Event-ID": position})
    assert answer.status_code == 422 and "Last-Event-ID" in answer.json()["detail"]
    assert requests.get(f"{weir.admin_url}/api/v1/stream", timeout=5).status_code == 401


def test_streams_are_bounded_and_leave_room_for_calls(guarded):
    weir = guarded()
    streams = [EventStream(weir) for _ in range(32)]
    assert all(stream.head.status == 200 for stream in streams)
    answer = weir.admin("GET", "/api/v1/stream")
    assert answer.status_code == 503 and "32" in answer.json()["detail"]
    began = time.monotonic()
    for _ in range(20):
        weir.api("GET", "/keys")
    assert time.monotonic() - began < 5
    streams.pop().close()

    def room():
        with_one_more = EventStream(weir)
        with_one_more.close()
        return with_one_more.head.status == 200

    eventually(room, 10, lambda: "a closed stream does not make room")


def test_nobody_waits_for_a_slow_reader(guarded, fast_upstream):
    """One stream reads nothing at all; the other and the gateway go on."""
    weir = guarded({"gateway": {"upstream": fast_upstream}})
    slow = EventStream(weir, receive_buffer=4096)
    quick = EventStream(weir)
    load = run_load(weir, weir.key, requests=60_000, connections=8)
    assert load["statuses"] == {200: 60_000}
    assert sum(data["requests"] for _, _, data in collect(quick, 60_000)) == 60_000
    slow.close()


def test_a_reader_who_takes_nothing_is_dropped(guarded, long_form):
    """Fills the little room both ends of its connection have with a second's event after the other: a minute."""
    if not long_form:
        pytest.skip("in the long form; src/net/service_test.cc has it at once")
    weir = guarded()
    slow = [EventStream(weir, receive_buffer=2304, segment=88) for _ in range(32)]
    assert weir.admin("GET", "/api/v1/stream").status_code == 503

    def room():
        with_one_more = EventStream(weir)
        with_one_more.close()
        return with_one_more.head.status == 200

    eventually(room, 300, lambda: "32 who read nothing keep their streams")
    for stream in slow:
        stream.close()


def test_a_stop_does_not_wait_for_streams(guarded):
    weir = guarded()
    streams = [EventStream(weir) for _ in range(5)]
    next(iter(streams[0]))
    began = time.monotonic()
    assert weir.stop() == 0
    assert time.monotonic() - began < 5


def test_the_command_shows_a_line_a_second(guarded, connect):
    weir = guarded()
    done = weir.run_command("usage", "watch", "--count", "2")
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 2, done.stderr
    assert "requests/s" in done.stdout and "p95" in done.stdout
    done = weir.run_command("usage", "watch", "--count", "2", "--json")
    for line in done.stdout.splitlines():
        assert not description().problems(TOTALS, json.loads(line))


def test_the_command_says_when_the_server_ends(guarded):
    weir = guarded()
    watching = subprocess.Popen([places.binary("weir"), "usage", "watch", "--data-dir", str(weir.data_dir)],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    watching.stdout.readline()
    weir.stop()
    _, err = watching.communicate(timeout=10)
    assert watching.returncode != 0 and "ended in the middle" in err
