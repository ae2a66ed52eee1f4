"""Messages about alerts reach real receivers of webhooks, and what becomes of them when the other side stalls, resets, refuses,
redirects or is gone. The events are those the pipeline commits, put where it puts them."""
import json
import subprocess
import time

import pytest

from tests.harness import places
from tests.harness.outbox import OTHER_SECRET, SECRET, deliveries, fires, happens, wait_state, webhook
from tests.harness.receivers import answer, late, reset, stall
from tests.harness.weir import eventually


def test_a_webhook_is_signed_as_the_standard_says(told, start_receiver):
    receiver = start_receiver(secrets=[SECRET])
    weir = told(webhook(receiver, token="token-of-a-test"))
    fires(weir)
    eventually(lambda: receiver.received)
    one = receiver.received[0]
    assert receiver.problems == []
    assert one.headers["content-type"] == "application/json" and one.headers["authorization"] == "Bearer token-of-a-test"
    assert one.json["type"] == "alert.firing" and set(one.json) == {"type", "timestamp", "data"}
    assert one.json["data"]["alerts"][0]["subject"] == "/orders/1"
    [done] = wait_state(weir, "delivered")
    assert done["message"]["id"] == one.id and done["tries"] == 1
    assert done["attempts"][0]["status_code"] == 204 and done["attempts"][0]["delivered"]
    assert weir.metrics()['weir_deliveries_total{channel="hook",result="delivered"}'] == 1
    assert SECRET not in weir.log() and "token-of-a-test" not in weir.log()


def test_while_a_secret_rotates_either_one_verifies(told, start_receiver):
    old, new = start_receiver(secrets=[OTHER_SECRET]), start_receiver(secrets=[SECRET])
    weir = told(webhook(old, "old", [SECRET, OTHER_SECRET]), webhook(new, "new", [SECRET, OTHER_SECRET]))
    fires(weir)
    eventually(lambda: old.received and new.received)
    assert old.problems == [] and new.problems == []


def test_the_log_says_critical_and_warning(told):
    weir = told()
    happens(weir, (1, "alert.firing"))
    happens(weir, (2, "alert.firing"), severity="warning")
    weir.wait_log("/orders/2")
    [critical] = [line for line in weir.log().splitlines() if "/orders/1" in line]
    [warning] = [line for line in weir.log().splitlines() if "/orders/2" in line]
    assert "critical" in critical.lower().split("alert.firing")[0] and "warning" in warning.lower().split("alert.firing")[0]


def test_what_fails_is_tried_again_with_the_same_id(told, start_receiver):
    receiver = start_receiver(secrets=[SECRET])
    receiver.script = [answer(500, b"out of order"), reset]
    weir = told(webhook(receiver))
    fires(weir)
    [waiting] = wait_state(weir, "pending")
    eventually(lambda: deliveries(weir)[0]["attempts"])
    assert deliveries(weir)[0]["attempts"][0]["detail"] == "the other side answered HTTP 500: out of order"
    eventually(lambda: len(receiver.received) == 2, 8)
    eventually(lambda: deliveries(weir)[0]["tries"] == 2)
    one = deliveries(weir)[0]
    assert one["state"] == "pending" and one["attempts"][1]["status_code"] is None
    assert {received.id for received in receiver.received} == {waiting["message"]["id"]}
    assert receiver.received[0].headers["webhook-timestamp"] != receiver.received[1].headers["webhook-timestamp"]
    gap = receiver.received[1].at - receiver.received[0].at
    assert 4.5 <= gap < 7, gap
    assert receiver.problems == []


def test_retry_after_is_obeyed(told, start_receiver):
    receiver = start_receiver()
    receiver.script = [answer(429, Retry_After="7")]
    weir = told(webhook(receiver))
    fires(weir)
    eventually(lambda: len(receiver.received) == 2, 12)
    assert receiver.received[1].at - receiver.received[0].at >= 7
    wait_state(weir, "delivered")


def test_410_disables_the_channel_until_a_test_succeeds(told, start_receiver):
    receiver, other = start_receiver(), start_receiver()
    receiver.script = [answer(410)]
    weir = told(webhook(receiver), webhook(other, "other"))
    fires(weir)
    eventually(lambda: weir.api("GET", "/channels")["items"][0]["state"] == "disabled")
    happens(weir, (2, "alert.firing"), alert_type="response_time")
    eventually(lambda: len(other.received) == 2)
    assert len(wait_state(weir, "dead", channel="hook")) == 2 and len(receiver.received) == 1
    report = weir.command("alerts", "test-channel", "hook")
    assert report["delivered"] and report["status_code"] == 204
    assert weir.api("GET", "/channels")["items"][0]["state"] == "enabled"
    dead = deliveries(weir, state="dead")[0]
    weir.command("deliveries", "resend", str(dead["id"]))
    eventually(lambda: receiver.received[-1].id == dead["message"]["id"])


def test_a_redirect_is_not_followed(told, start_receiver):
    receiver, elsewhere = start_receiver(), start_receiver()
    receiver.script = [answer(302, Location=elsewhere.url)]
    weir = told(webhook(receiver))
    fires(weir)
    eventually(lambda: deliveries(weir) and deliveries(weir)[0]["attempts"])
    assert "redirect" in deliveries(weir)[0]["attempts"][0]["detail"]
    assert elsewhere.received == [] and elsewhere.gets == []


def test_a_channel_that_stalls_delays_no_other_and_is_tried_again(told, start_receiver):
    stalling, quick = start_receiver(), start_receiver()
    stalling.script = [stall] * 4 + [late(0)]
    weir = told(webhook(stalling, "stalling"), webhook(quick, "quick"))
    for alert in range(1, 5):
        fires(weir, alert, alert_type=f"type{alert}")
    started = time.monotonic()
    eventually(lambda: len(quick.received) == 4, 3)
    assert time.monotonic() - started < 3
    eventually(lambda: any(one["attempts"] for one in deliveries(weir, channel="stalling")), 20)
    assert time.monotonic() - started >= 14
    details = [one["attempts"][0]["detail"] for one in deliveries(weir, channel="stalling") if one["attempts"]]
    assert set(details) == {"no answer within 15 s"}


def test_an_answer_after_the_time_out_is_a_duplicate_with_the_same_id(told, start_receiver):
    receiver = start_receiver(secrets=[SECRET])
    receiver.script = [late(16)]
    weir = told(webhook(receiver))
    fires(weir)
    eventually(lambda: len(receiver.received) == 2, 30)
    assert len({one.id for one in receiver.received}) == 1
    wait_state(weir, "delivered")


def test_a_kill_between_sending_and_recording_repeats_one_message_with_its_id(told, start_receiver):
    receiver = start_receiver(secrets=[SECRET])
    receiver.script = [stall]
    weir = told(webhook(receiver))
    fires(weir)
    eventually(lambda: receiver.received)
    weir.kill()
    receiver.released.set()
    weir.start()
    wait_state(weir, "delivered")
    time.sleep(1)
    assert len(receiver.received) == 2 and len({one.id for one in receiver.received}) == 1
    assert receiver.problems == []


def test_kills_at_any_time_lose_no_message(told, start_receiver, long_form):
    receiver = start_receiver(secrets=[SECRET])
    weir = told(webhook(receiver), grouping={"messages_max": 1000})
    rounds = 40 if long_form else 8
    for alert in range(1, rounds + 1):
        fires(weir, alert, alert_type=f"type{alert}")
        time.sleep(0.03 * (alert % 8))
        weir.kill()
        weir.start()
    eventually(lambda: {one.json["data"]["alerts"][0]["alert_id"] for one in receiver.received} == set(range(1, rounds + 1)), 20)
    eventually(lambda: not deliveries(weir, state="pending"), 20)
    ids = [one.id for one in receiver.received]
    messages = {one["message"]["id"] for one in deliveries(weir, limit=1000)}
    assert set(ids) == messages and len(messages) == rounds
    assert all(ids.count(one) <= 2 for one in messages)


def test_ten_thousand_alerts_at_once_are_at_most_ten_messages(told, start_receiver):
    receiver = start_receiver(secrets=[SECRET])
    weir = told(webhook(receiver))
    started = time.monotonic()
    for part in range(10):
        happens(weir, *((alert, "alert.firing") for alert in range(part * 1000 + 1, part * 1000 + 1001)))
    eventually(lambda: sum(one.json["data"]["alerts_total"] for one in receiver.received) == 10_000, 25,
               lambda: [one.json["data"]["alerts_total"] for one in receiver.received])
    print("seconds:", round(time.monotonic() - started, 2), "messages:", len(receiver.received))
    assert len(receiver.received) <= 10
    assert all(len(one.body) < 20_000 for one in receiver.received) and receiver.problems == []


@pytest.mark.parametrize("kind, fields, check", [
    ("slack", {}, lambda body: body["blocks"][0]["type"] == "header" and "CRITICAL" in body["text"]),
    ("alertmanager", {}, lambda body: body["version"] == "4" and body["alerts"][0]["labels"]["alertname"] == "error_rate"),
    ("pagerduty", {"routing_key": "key-of-a-test"}, lambda body: body["event_action"] == "trigger"
     and body["routing_key"] == "key-of-a-test"),
])
def test_other_formats(told, start_receiver, kind, fields, check):
    receiver = start_receiver()
    weir = told({"name": "one", "type": kind, "url": receiver.url, **fields})
    fires(weir)
    eventually(lambda: receiver.received)
    assert check(receiver.received[0].json), receiver.received[0].json


def test_pagerduty_resolves_the_incident_it_opened(told, start_receiver):
    receiver = start_receiver()
    weir = told({"name": "one", "type": "pagerduty", "url": receiver.url, "routing_key": "key-of-a-test"},
                grouping={"interval": "1s", "wait": "0s"})
    fires(weir)
    eventually(lambda: receiver.received)
    happens(weir, (1, "alert.acknowledged"))
    eventually(lambda: len(receiver.received) == 2, 10)
    happens(weir, (1, "alert.resolved"))
    eventually(lambda: len(receiver.received) == 3, 10)
    assert [one.json["event_action"] for one in receiver.received] == ["trigger", "acknowledge", "resolve"]
    assert len({one.json["dedup_key"] for one in receiver.received}) == 1


def test_names_that_resolve_to_this_machine_are_refused(start_weir, upstream, start_receiver):
    """The configuration's check cannot know where a name leads; the connection's does."""
    receiver = start_receiver()
    hosts = {"hostname": open("/etc/hostname").read().strip()}
    weir = start_weir({"gateway": {"upstream": upstream.url},
                       "notify": {"channels": [{"name": name, "type": "slack", "url": f"http://{host}:{receiver.port}/"}
                                               for name, host in hosts.items()]}})
    for name in hosts:
        report = weir.api("POST", f"/channels/{name}/test")
        assert not report["delivered"] and "refused" in report["detail"], report
    assert receiver.received == []


def test_private_targets_are_refused_by_the_configuration(start_weir, upstream):
    for url in ("http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/", "http://2130706433/", "http://0x7f.1/",
                "http://user@example.com/", "http://localhost/", "ftp://example.com/"):
        weir = start_weir({"gateway": {"upstream": upstream.url},
                           "notify": {"channels": [{"name": "one", "type": "slack", "url": url}]}}, launch=False)
        weir.launch()
        assert weir.process.wait(10) == 2, url
        assert "notify.channels[0].url:" in weir.log()


def test_a_proxy_of_the_environment_is_not_used(told, start_receiver):
    proxy, receiver = start_receiver(), start_receiver()
    names = ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
    weir = told(webhook(receiver), prefix=["env", "no_proxy=", *(f"{name}=http://127.0.0.1:{proxy.port}" for name in names)])
    fires(weir)
    eventually(lambda: receiver.received)
    assert proxy.received == []


def test_secrets_are_masked_and_may_be_in_files(start_weir, upstream, start_receiver, folder):
    receiver = start_receiver(secrets=[SECRET])
    secret_file = folder / "secret"
    secret_file.write_text(SECRET + "\n")
    weir = start_weir({"gateway": {"upstream": upstream.url}, "notify": {"allow_private_targets": True, "channels": [
        {"name": "hook", "type": "webhook", "url": receiver.url, "secret_file": str(secret_file)},
        {"name": "chat", "type": "slack", "url": "https://hooks.slack.com/services/T0/B0/of-a-test"}]}})
    fires(weir)
    eventually(lambda: receiver.received)
    assert receiver.problems == []
    shown = subprocess.run([places.binary("weir"), "config", "show", str(weir.config_file)], capture_output=True, text=True).stdout
    assert "of-a-test" not in shown and SECRET not in shown and receiver.url not in shown
    assert "https://hooks.slack.com/***" in shown and f"http://127.0.0.1:{receiver.port}/***" in shown
    assert SECRET not in json.dumps(weir.api("GET", "/channels"))


def test_a_channel_that_is_removed_leaves_dead_letters(told, start_receiver):
    receiver = start_receiver()
    receiver.script = [answer(500)]
    weir = told(webhook(receiver))
    fires(weir)
    eventually(lambda: deliveries(weir) and deliveries(weir)[0]["attempts"])
    weir.configure({"notify": {"channels": []}})
    weir.reload()
    [dead] = wait_state(weir, "dead")
    assert dead["attempts"][-1]["detail"] == "the channel is not configured any more"


def test_lists_filter_and_page(told, start_receiver):
    receiver = start_receiver()
    weir = told(webhook(receiver), webhook(receiver, "other"), grouping={"messages_max": 100})
    for alert in range(1, 4):
        fires(weir, alert, alert_type=f"type{alert}")
    eventually(lambda: len(deliveries(weir, state="delivered")) == 6)
    assert len(deliveries(weir, channel="hook")) == 3 and deliveries(weir, type="alert.resolved") == []
    page = weir.api("GET", "/deliveries", params={"limit": 4})
    rest = weir.api("GET", "/deliveries", params={"limit": 4, "cursor": page["next_cursor"]})
    ids = [one["id"] for one in page["items"] + rest["items"]]
    assert ids == sorted(ids, reverse=True) and len(ids) == 6 and rest["next_cursor"] is None
    assert weir.admin("GET", "/api/v1/deliveries?state=lost").status_code == 422
    assert weir.admin("POST", "/api/v1/channels/nobody/test").status_code == 404
    assert weir.admin("GET", f"/api/v1/deliveries/{ids[0]}").json()["id"] == ids[0]
    assert weir.admin("POST", "/api/v1/deliveries/999999/resend").status_code == 404
    listed = weir.run_command("deliveries", "list", "--channel", "hook")
    assert listed.returncode == 0 and "delivered" in listed.stdout
