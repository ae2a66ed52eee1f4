"""Alerts on the real binary with real traffic: each type fires at the specification's thresholds and resolves, what people do
with them, and what a kill leaves of them."""
import concurrent.futures
import time

import pytest
import requests

from tests.harness.weir import CommandFailed, eventually

# The specification's thresholds, but alerts end sooner than people would want them to.
QUICK = {"alerts": {"thresholds": {
    "response_time": {"warning": 1.0, "critical": 2.0, "window_seconds": 10, "resolve_after_seconds": 10},
    "error_rate": {"warning": 0.05, "critical": 0.10, "window_seconds": 10, "minimum_calls": 20, "resolve_after_seconds": 10},
    "rate_limit_approaching": {"warning": 0.8, "critical": 1.0, "resolve_after_seconds": 10},
}}}


def alerts(weir, **filters):
    return weir.api("GET", "/alerts", params=filters)["items"]


def the_alert(weir, seconds=10, **filters):
    """The one alert that matches, once it is there."""
    found = eventually(lambda: alerts(weir, **filters), seconds, lambda: f"no alert {filters} among {alerts(weir)}")
    assert len(found) == 1, found
    return found[0]


def no_alert(weir, seconds=3, **filters):
    """Nothing of the kind fires in the two evaluations after the calls were stored."""
    time.sleep(seconds)
    assert alerts(weir, **filters) == []


def get(weir, path, key=None, **options):
    return requests.get(weir.url + path, headers={"X-API-Key": key or weir.key}, timeout=30, **options)


def get_many(weir, path, count, key=None):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda _: get(weir, path, key).status_code, range(count)))


def test_one_lone_slow_call_fires_and_resolves(guarded):
    weir = guarded(QUICK)
    get(weir, "/sleep/0.8")
    no_alert(weir, type="response_time")
    get(weir, "/sleep/1.2")
    warning = the_alert(weir, type="response_time", endpoint="/sleep/1.2")
    assert warning["severity"] == "warning" and warning["state"] == "firing" and warning["threshold"] == 1.0
    assert 1.2 <= warning["value"] < 1.4 and warning["rule"] == "p95" and warning["subject"]["name"] == "endpoint /sleep/1.2"
    get(weir, "/sleep/2.2")
    assert the_alert(weir, type="response_time", endpoint="/sleep/2.2")["severity"] == "critical"
    of_key = eventually(lambda: alerts(weir, type="response_time", key_id=1, severity="critical"))
    assert len(of_key) == 1  # one alert: it became critical in place
    eventually(lambda: not alerts(weir, type="response_time"), 45)
    resolved = weir.api("GET", "/alerts/history", params={"type": "response_time", "endpoint": "/sleep/1.2"})["items"]
    assert len(resolved) == 1 and resolved[0]["state"] == "resolved" and resolved[0]["resolved_by"] is None
    events = weir.api("GET", f"/alerts/{of_key[0]['id']}")["events"]
    assert [event["kind"] for event in events] == ["fired", "worsened", "resolved"]


def test_an_error_rate_above_its_threshold_fires(guarded):
    weir = guarded(QUICK)
    assert get_many(weir, "/status/200", 96) == [200] * 96
    get_many(weir, "/status/500", 4)  # 4 %
    no_alert(weir, type="error_rate", severity="warning", key_id=1)
    get_many(weir, "/status/500", 3)
    warning = the_alert(weir, type="error_rate", key_id=1)
    assert warning["severity"] == "warning" and warning["threshold"] == 0.05 and 0.05 < warning["value"] <= 0.10
    get_many(weir, "/status/500", 10)
    eventually(lambda: alerts(weir, type="error_rate", severity="critical", key_id=1))
    details = weir.api("GET", f"/alerts/{warning['id']}")
    assert details["calls_behind"] and {call["status_code"] for call in details["calls_behind"]} == {500}
    assert weir.metrics()['weir_alerts_firing{type="error_rate",severity="critical"}'] >= 1
    eventually(lambda: not alerts(weir, type="error_rate"), 45)


def test_the_sixth_refused_call_of_a_source_fires(guarded):
    weir = guarded()
    for _ in range(5):
        assert get(weir, "/", key="weir_test_wrong").status_code == 401
    no_alert(weir, type="unauthorized_access")
    get(weir, "/", key="weir_test_wrong")
    alert = the_alert(weir, type="unauthorized_access")
    assert alert["severity"] == "critical" and alert["subject"]["kind"] == "source" and alert["subject"]["text"] == "127.0.0.1"
    assert alert["value"] == 6 and alert["threshold"] == 5


def test_a_limit_nearly_used_warns_and_a_limit_hit_is_critical(guarded):
    limits = {"windows": [{"name": "minute", "seconds": 60, "limit": 100_000}, {"name": "hour", "seconds": 3600, "limit": 50}]}
    weir = guarded({**QUICK, "limits": limits})
    get_many(weir, "/status/200", 39)
    no_alert(weir, type="rate_limit_approaching")
    get(weir, "/status/200")
    warning = the_alert(weir, type="rate_limit_approaching", key_id=1)
    assert warning["severity"] == "warning" and warning["rule"] == "hour" and warning["value"] == 0.8
    assert get_many(weir, "/status/200", 11).count(429) == 1
    assert the_alert(weir, type="rate_limit_approaching", key_id=1, severity="critical")["id"] == warning["id"]


def test_a_deactivated_key_in_use(guarded):
    weir = guarded()
    weir.command("keys", "deactivate", "1")
    assert get(weir, "/").status_code == 403
    dead = the_alert(weir, type="key_abuse", key_id=1)
    assert dead["rule"] == "dead_key" and "deactivated or expired" in dead["title"]


def test_a_key_that_scans_for_paths(guarded):
    weir = guarded()
    unknown = ["/status/" + "0" * number + "404" for number in range(70)]
    for path in unknown[:45]:
        assert get(weir, path).status_code == 404
    no_alert(weir, type="key_abuse")
    for path in unknown[45:]:
        get(weir, path)
    scanning = the_alert(weir, type="key_abuse", key_id=1)
    assert scanning["rule"] == "scanning" and scanning["severity"] == "warning" and scanning["value"] > 50


def test_a_key_mostly_refused_for_long(guarded):
    limits = {"windows": [{"name": "hour", "seconds": 3600, "limit": 45}]}
    weir = guarded({"limits": limits, "alerts": {"thresholds": {"key_abuse": {"refused_for_seconds": 10}}}})
    get_many(weir, "/status/200", 85)  # 40 of 85 refused
    no_alert(weir, 12, type="key_abuse")
    get_many(weir, "/status/200", 40)
    assert the_alert(weir, 30, type="key_abuse", key_id=1)["rule"] == "mostly_refused"


def history(folder, calls_an_hour, weeks=3):
    """A log of the weeks before: so many calls in each hour of the week it is now, and in the one after."""
    lines = []
    this_hour = int(time.time()) // 3600 * 3600
    for start in (this_hour - week * 604800 + hour * 3600 for week in range(weeks, 0, -1) for hour in (0, 1)):
        for call in range(calls_an_hour):
            at = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(start + call * 3600 // calls_an_hour))
            lines.append(f'192.0.2.1 - - [{at}] "GET /items HTTP/1.1" 200 100\n')
    log = folder / "history.log"
    log.write_text("".join(lines))
    return log


def in_one_slot(weir, path, count, **options):
    """All within ten seconds that windows take as a whole."""
    time.sleep(max(0, 10.2 - time.time() % 10) if time.time() % 10 > 4 else 0)
    get_many(weir, path, count, **options)


def test_a_spike_beside_what_is_normal_fires(guarded, folder):
    weir = guarded({"alerts": {"thresholds": {"usage_spike": {"warning": 2.0, "critical": 3.0, "window_seconds": 10,
                                                              "minimum_calls": 5, "consecutive_windows": 1}}}})
    weir.command("usage", "import", str(history(folder, 3600)), "--key", "1")  # 60 a minute: 10 in ten seconds
    time.sleep(5)  # a while after an import its history counts
    in_one_slot(weir, "/items", 18)
    no_alert(weir, 12, type="usage_spike")
    in_one_slot(weir, "/items", 25)
    warning = the_alert(weir, 15, type="usage_spike", key_id=1)
    assert warning["severity"] == "warning" and warning["value"] == 2.5
    assert warning["baseline_kind"] == "hour_of_week" and warning["baseline"] == 60
    in_one_slot(weir, "/items", 31)
    eventually(lambda: alerts(weir, type="usage_spike", key_id=1, severity="critical"), 15)


def test_a_key_from_far_more_sources_than_normal(guarded, folder):
    weir = guarded({"gateway": {"trusted_proxies": ["127.0.0.0/8"]}})
    weir.command("usage", "import", str(history(folder, 60)), "--key", "1")
    time.sleep(5)

    def from_sources(first, count):
        for number in range(first, first + count):
            requests.get(weir.url + "/", headers={"X-API-Key": weir.key, "X-Forwarded-For": f"198.51.100.{number}"})

    from_sources(1, 15)
    no_alert(weir, 12, type="key_abuse")
    from_sources(16, 10)
    assert the_alert(weir, 15, type="key_abuse", key_id=1)["rule"] == "sources"


def test_a_channel_that_takes_nothing_warns_until_it_does(guarded, start_receiver):
    from tests.harness.outbox import SECRET, webhook
    from tests.harness.receivers import answer
    receiver = start_receiver(secrets=[SECRET])
    receiver.script = [answer(500)] * 2
    weir = guarded({"notify": {"channels": [webhook(receiver)], "allow_private_targets": True, "grouping": {"wait": "0s"}},
                    "alerts": {"thresholds": {"delivery_failed": {"resolve_after_seconds": 10}}}})
    get(weir, "/sleep/2.1")
    failing = the_alert(weir, 20, type="delivery_failed", channel="hook")
    assert failing["severity"] == "warning" and failing["subject"]["name"] == "channel hook"


def test_a_key_that_expires_soon_warns(guarded):
    weir = guarded()
    weir.create_key("--expires", "6d", name="six days")
    weir.create_key("--expires", "9d", name="nine days")
    soon = the_alert(weir, 25, type="key_expiring")
    assert soon["severity"] == "warning" and "six days" in soon["subject"]["name"]


def test_an_upstream_that_is_gone_is_critical(guarded, upstream):
    weir = guarded()
    upstream.stop()
    get_many(weir, "/", 12)
    assert the_alert(weir, type="upstream_down")["severity"] == "critical"


def fires(weir):
    get(weir, "/sleep/1.1")
    return the_alert(weir, type="response_time", endpoint="/sleep/1.1")


def test_people_acknowledge_comment_resolve_and_mark(guarded):
    weir = guarded()
    alert = fires(weir)
    one = f"/alerts/{alert['id']}"
    acknowledged = weir.api("POST", one + "/acknowledge")  # as in the specification: no body
    assert acknowledged["state"] == "acknowledged" and acknowledged["acknowledgement"]["by"] == "admin.token"
    weir.command("alerts", "comment", str(alert["id"]), "-m", "known")
    assert weir.command("alerts", "resolve", str(alert["id"]), "-m", "fixed")["state"] == "resolved"
    marked = weir.command("alerts", "false-positive", str(alert["id"]), "-m", "a test")
    assert marked["false_positive"] and [comment["text"] for comment in marked["comments"]] == ["known", "fixed", "a test"]
    with pytest.raises(CommandFailed, match="no alert 1 that is not resolved|no alert"):
        weir.command("alerts", "ack", str(alert["id"]))
    shown = weir.run_command("alerts", "show", str(alert["id"]))
    assert "(threshold 1, worst 1.1" in shown.stdout and "E0" not in shown.stdout
    assert "marked as false" in shown.stdout and "known" in shown.stdout and "/sleep/1.1" in shown.stdout
    actions = [entry["action"] for entry in weir.api("GET", "/audit")["items"]]
    for action in ("alert.acknowledge", "alert.comment", "alert.resolve", "alert.mark_false_positive"):
        assert actions.count(action) == 1, actions


def test_a_silence_mutes_and_says_what(guarded, start_receiver):
    from tests.harness.outbox import SECRET, webhook
    receiver = start_receiver(secrets=[SECRET])
    weir = guarded({"notify": {"channels": [webhook(receiver)], "allow_private_targets": True, "grouping": {"wait": "0s", "interval": "1s"}}})
    alert = fires(weir)
    eventually(lambda: receiver.received)
    would = weir.command("alerts", "silence", "add", "--type", "unauthorized_access", "--for", "1h", "--dry-run")
    assert would["id"] is None and would["mutes_now"] == []
    silence = weir.command("alerts", "silence", "add", "--type", "response_time", "--for", "1h", "-m", "test")
    assert alert["id"] in [muted["id"] for muted in silence["mutes_now"]]
    eventually(lambda: the_alert(weir, type="response_time", endpoint="/sleep/1.1")["silenced"], 15)
    before = len(receiver.received)
    get(weir, "/sleep/1.3")
    assert the_alert(weir, type="response_time", endpoint="/sleep/1.3")["silenced"]
    time.sleep(1)
    assert len(receiver.received) == before
    [listed] = weir.api("GET", "/alerts/silences")["items"]
    assert listed["state"] == "active" and listed["by"] == "admin.token"
    weir.command("alerts", "silence", "end", str(silence["id"]))
    assert weir.api("GET", "/alerts/silences")["items"][0]["state"] == "ended"
    eventually(lambda: len(receiver.received) > before, 20)  # what still fires is told now


def test_settings_are_checked_whole_versioned_and_in_force(guarded):
    weir = guarded()
    assert weir.api("GET", "/alerts/settings")["version"] == 0
    wrong = weir.admin("PUT", "/api/v1/alerts/settings", json={"thresholds": {"response_time": {"warning": 3, "critical": 2}}})
    assert wrong.status_code == 422 and "thresholds.response_time.critical" in wrong.json()["detail"]
    wrong = weir.admin("PUT", "/api/v1/alerts/settings", json={"escalation": [{"name": "n", "steps": [
        {"after_seconds": 60, "channels": ["nobody"]}]}]})
    assert wrong.status_code == 422 and "there is no channel 'nobody'" in wrong.json()["detail"]
    changed = weir.api("PUT", "/alerts/settings", json={"version": 0, "thresholds": {"response_time": {
        "warning": 0.3, "critical": 0.6}}})
    assert changed["version"] == 1 and changed["thresholds"]["response_time"]["warning"] == 0.3
    stale = weir.admin("PUT", "/api/v1/alerts/settings", json={"version": 0, "overrides": []})
    assert stale.status_code == 409
    get(weir, "/sleep/0.4")
    assert the_alert(weir, type="response_time", endpoint="/sleep/0.4")["severity"] == "warning"
    weir.kill()
    weir.start()
    assert weir.api("GET", "/alerts/settings")["version"] == 1
    assert weir.api("GET", "/alerts/settings/versions")["items"][0]["changed_by"] == "admin.token"
    assert [entry["action"] for entry in weir.api("GET", "/audit")["items"]].count("alert_settings.update") == 1  # by the same commit


def test_from_an_alert_its_key_is_throttled_rotated_deactivated(guarded):
    weir = guarded({"alerts": {"thresholds": {"response_time": {"warning": 0.2, "critical": 5}}}})
    get(weir, "/sleep/0.3")
    alert = the_alert(weir, type="response_time", key_id=1)
    one = f"/alerts/{alert['id']}"
    assert weir.api("POST", one + "/throttle-key", json={"limits": {"minute": 1}})["key"]["limits"] == {"minute": 1}
    assert 429 in get_many(weir, "/", 3)
    rotated = weir.api("POST", one + "/rotate-key", json={"grace_seconds": 0})
    assert get(weir, "/").status_code == 401
    assert get(weir, "/", key=rotated["key"]["key"]).status_code in (200, 429)
    done = weir.command("alerts", "deactivate-key", str(alert["id"]))
    assert done["key"]["is_active"] is False and len(done["alert"]["comments"]) == 3
    assert get(weir, "/", key=rotated["key"]["key"]).status_code == 403
    of_endpoint = the_alert(weir, type="response_time", endpoint="/sleep/0.3")
    refused = weir.admin("POST", f"/api/v1/alerts/{of_endpoint['id']}/deactivate-key")
    assert refused.status_code == 409 and "not about a key" in refused.json()["detail"]


def test_check_all_alerts_judges_a_reported_call(guarded):
    weir = guarded()
    get(weir, "/items")
    eventually(lambda: weir.calls())
    checked = weir.api("POST", "/alerts/check", json={"api_key_id": 1, "response_time": 1.5, "endpoint": "/items"})
    assert {(finding["severity"], finding["subject"]["kind"]) for finding in checked["findings"]} == {
        ("warning", "key"), ("warning", "endpoint")}
    assert the_alert(weir, type="response_time", endpoint="/items")["severity"] == "warning"
    again = weir.api("POST", "/alerts/check", json={"api_key_id": 1, "response_time": 0.1, "endpoint": "/items", "count": False})
    assert again["findings"] == [] and len(again["alerts"]) == 2


def test_a_kill_loses_no_alert_and_tells_none_twice(guarded):
    weir = guarded()
    alert = fires(weir)
    weir.api("POST", f"/alerts/{alert['id']}/acknowledge", json={"comment": "mine"})
    for _ in range(3):
        weir.kill()
        weir.start()
        kept = the_alert(weir, type="response_time", endpoint="/sleep/1.1")
        assert kept["id"] == alert["id"] and kept["state"] == "acknowledged"
    kinds = [event["kind"] for event in weir.api("GET", f"/alerts/{alert['id']}")["events"]]
    assert kinds == ["fired", "acknowledged"]


def test_watchers_are_told(guarded):
    from tests.harness.events import EventStream
    weir = guarded()
    stream = EventStream(weir)
    get(weir, "/sleep/1.1")
    told = next(data for _, event, data in stream if event == "alert")
    assert told["kind"] == "fired" and told["alert"]["type"] == "response_time"
    stream.close()
