"""A scripted incident, once in peace and once under kill -9 again and again: the same alerts with the same history."""
import random
import threading
import time

import requests

from tests.harness.weir import eventually

# Only one severity each, so that how many calls of a second came before a look does not matter; no alert lasts long.
SETTINGS = {"alerts": {"thresholds": {
    "response_time": {"warning": None, "critical": 0.25, "window_seconds": 10, "resolve_after_seconds": 10},
    "error_rate": {"warning": None, "critical": 0.15, "window_seconds": 10, "minimum_calls": 5, "resolve_after_seconds": 10},
    "unauthorized_access": {"critical": 5},
    "rate_limit_approaching": {"enabled": False}, "upstream_down": {"enabled": False}, "key_abuse": {"enabled": False},
}}}
CALM, STORM, AFTERMATH = 5, 12, 30  # seconds; in the long form twice that


def answered(weir, path, key):
    """One call, until it is answered: nobody answers while weir is down."""
    while True:
        try:
            return requests.get(weir.url + path, headers={"X-API-Key": key}, timeout=10).status_code
        except requests.RequestException:
            time.sleep(0.01)


def play(weir, times):
    """The incident: calm; a storm of errors, slow answers and wrong keys; calm again, until all is over."""
    began = time.monotonic()
    while time.monotonic() - began < times * (CALM + STORM + AFTERMATH):
        storm = times * CALM <= time.monotonic() - began < times * (CALM + STORM)
        for path in ("/status/500", "/status/500", "/sleep/0.3") if storm else ("/status/200", "/bytes/10"):
            answered(weir, path, weir.key)
        if storm:
            answered(weir, "/", "weir_production_wrong")
        time.sleep(0.1)


def timeline(weir):
    """What happened to each alert, by type and subject."""
    history = {}
    for alert in weir.api("GET", "/alerts/history", params={"limit": 1000})["items"]:
        events = [event["kind"] for event in weir.api("GET", f"/alerts/{alert['id']}")["events"]]
        history.setdefault((alert["type"], alert["subject"]["name"]), []).append(events)
    return history


def run(guarded, name, pause, times):
    """The timeline, and how many kills there were: one after every `pause` to twice that, in seconds; 0: none."""
    weir = guarded(SETTINGS, name=name)
    over = threading.Event()
    killed = [0]

    def kill():
        chance = random.Random(20261125)
        while pause and not over.is_set():
            time.sleep(pause * (1 + chance.random()))
            weir.kill()
            weir.start()
            killed[0] += 1

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        play(weir, times)
    finally:
        over.set()
        killer.join()
    eventually(lambda: all(alert["type"] == "unauthorized_access" for alert in weir.api("GET", "/alerts")["items"]), 60,
               lambda: str(weir.api("GET", "/alerts")["items"]))
    return timeline(weir), killed[0]


def test_an_incident_under_kills_has_the_timeline_of_one_in_peace(guarded, long_form):
    results = {}
    times = 2 if long_form else 1
    quiet = threading.Thread(target=lambda: results.update(peace=run(guarded, "peace", 0, times)))
    quiet.start()  # both at the same time: each is mostly waiting
    results["kills"] = run(guarded, "kills", 0.35, times)
    quiet.join()
    (in_peace, _), (under_kills, killed) = results["peace"], results["kills"]
    print(f"{killed} kills; {sum(map(len, in_peace.values()))} alerts")
    assert killed >= (100 if long_form else 20)
    assert under_kills == in_peace
    once = ["fired", "resolved"]
    assert in_peace["response_time", "endpoint /sleep/0.3"] == [once]
    assert in_peace["error_rate", "endpoint /status/{id}"] == [once]
    assert in_peace["error_rate", "all traffic"] == [once]
    assert in_peace["unauthorized_access", "source 127.0.0.1"] == [["fired"]]
