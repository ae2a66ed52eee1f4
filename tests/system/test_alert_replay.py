"""Replays on the real binary: what fired is found again in the stored calls, and proposed settings and limits beside it."""
import json
import time

import requests

from tests.harness.weir import eventually
from tests.system.test_alerts import QUICK, get, get_many, the_alert


def replayed(weir, *flags):
    return weir.command("alerts", "replay", "--from", "1h", *flags)


def test_a_replay_finds_what_fired_and_what_proposed_settings_would_not(guarded, tmp_path):
    weir = guarded(QUICK)
    get(weir, "/sleep/1.2")
    live = the_alert(weir, type="response_time", endpoint="/sleep/1.2")
    get_many(weir, "/status/200", 20)
    weir.wait_calls(21)
    time.sleep(1.1)  # until a whole second is over: its calls are history then
    proposed = tmp_path / "proposed.yaml"
    proposed.write_text("thresholds:\n  response_time: {warning: 5, critical: null}\n")
    done = replayed(weir, "--settings", str(proposed))
    assert done["state"] == "done" and done["calls_read"] == done["calls_total"] == 21
    alerts = done["result"]["alerts"]
    assert {"type": "response_time", "in_force": 2, "proposed": 0, "both": 0} in alerts["counts"]
    found = [item for item in alerts["items"] if item["subject"]["name"] == live["subject"]["name"]]
    assert len(found) == 1 and found[0]["fired_by"] == "in_force" and found[0]["proposed"] is None
    assert found[0]["in_force"]["started_at"] == live["started_at"] and found[0]["in_force"]["worst"] == live["worst"]
    table = weir.run_command("alerts", "replay", "--from", "1h", "--settings", str(proposed)).stdout
    assert "in force" in table and "/sleep/1.2" in table
    proposed.write_text(json.dumps(weir.command("alerts", "settings", "show")))  # whole, channels and all
    counts = replayed(weir, "--settings", str(proposed))["result"]["alerts"]["counts"]
    assert {"type": "response_time", "in_force": 2, "proposed": 2, "both": 2} in counts


def test_a_replay_says_whom_limits_would_have_refused(guarded, tmp_path):
    weir = guarded()
    assert get_many(weir, "/status/200", 30) == [200] * 30
    weir.wait_calls(30)
    limits = weir.api("GET", "/limits")  # as it was answered, but for one number
    next(window for window in limits["windows"] if window["name"] == "hour")["limit"] = 10
    file = tmp_path / "limits.json"
    file.write_text(json.dumps(limits))
    time.sleep(1.1)
    found = replayed(weir, "--limits", str(file))["result"]["limits"]
    assert (found["calls"], found["refused_then"], found["refused_in_force"], found["refused_proposed"]) == (30, 0, 0, 20)
    assert found["items"][0]["key_id"] == 1 and found["items"][0]["proposed"]["refused"] == 20
    hour = next(window for window in found["items"][0]["proposed"]["windows"] if window["window"] == "hour")
    assert hour["peak"] == hour["limit"] == 10 and hour["refused"] == 20


def test_a_call_costs_in_a_replay_what_it_costs_at_the_gateway(guarded, upstream, tmp_path):
    """The same calls under the same limits: refused then, and refused in the replay, by the costs of routes. A reload that
    changes a cost changes what replays say of the calls there were."""
    minute = {"windows": [{"name": "minute", "seconds": 3600, "limit": 12}]}
    routes = [{"path": "/status", "upstream": upstream.url, "cost": 5}, {"path": "/", "upstream": upstream.url}]
    weir = guarded({"gateway": {"upstream": None, "routes": routes}, "limits": minute})
    assert sorted(get_many(weir, "/status/200", 4)) == [200, 200, 429, 429]
    assert sorted(get_many(weir, "/", 3)) == [200, 200, 429]
    weir.wait_calls(7)
    time.sleep(1.1)
    limits = weir.api("GET", "/limits")
    limits["windows"][0]["limit"] = 20
    file = tmp_path / "limits.json"
    file.write_text(json.dumps(limits))
    found = replayed(weir, "--limits", str(file))["result"]["limits"]
    assert (found["calls"], found["refused_then"], found["refused_in_force"], found["refused_proposed"]) == (7, 3, 3, 3)
    in_force, proposed = (found["items"][0][side]["windows"][0] for side in ("in_force", "proposed"))
    assert (in_force["peak"], proposed["peak"]) == (12, 20)
    routes[0]["cost"] = 1
    weir.configure({"gateway": {"routes": routes}})
    weir.reload()
    eventually(lambda: replayed(weir, "--limits", str(file))["result"]["limits"]["refused_in_force"] == 0)


def test_replays_are_listed_and_forgotten_and_only_admins_start_them(guarded):
    weir = guarded()
    started = weir.admin("POST", "/api/v1/alerts/replay", json={"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z"})
    assert started.status_code == 202
    path = started.headers["Location"].removeprefix("/api/v1")
    eventually(lambda: weir.api("GET", path)["state"] == "done")
    assert [item["id"] for item in weir.api("GET", "/replays")["items"]] == [1]
    wrong = weir.admin("POST", "/api/v1/alerts/replay", json={"from": "2026-01-01T00:00:00Z",
                                                              "settings": {"thresholds": {"error_rate": {"warning": 2}}}})
    assert wrong.status_code == 422 and "thresholds.error_rate.warning" in wrong.json()["detail"]
    viewer = weir.api("POST", "/tokens", json={"name": "looks", "role": "viewer"})["token"]
    refused = requests.post(weir.admin_url + "/api/v1/alerts/replay", json={"from": "2026-01-01T00:00:00Z"},
                            headers={"Authorization": f"Bearer {viewer}"})
    assert refused.status_code == 403
    assert weir.admin("DELETE", "/api/v1" + path).status_code == 204
    assert weir.admin("GET", "/api/v1" + path).status_code == 404
