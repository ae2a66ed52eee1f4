"""Channels, routes, quiet hours and grouping changed while the server runs: in force at once, kept over a kill, and their secrets
seen by nobody again."""
import json
import sqlite3

import pytest
import requests

from tests.harness.outbox import OTHER_SECRET, SECRET, deliveries, happens, mail, wait_state, webhook
from tests.harness.receivers import answer
from tests.harness.weir import CommandFailed, eventually

TOKEN = "bearer-of-a-test"
SECRETS = (SECRET, OTHER_SECRET, TOKEN, "T000HIDDEN", "T111HIDDEN", "T222HIDDEN")
AT_ONCE = {"wait_seconds": 0, "interval_seconds": 1, "repeat_seconds": 3600, "messages_max": 100}


@pytest.fixture
def open_weir(guarded):
    """A weir whose channels may be on this machine; the configuration names none."""
    return lambda **notify: guarded({"notify": {"allow_private_targets": True, **notify}})


def put(weir, **sections):
    return weir.api("PUT", "/alerts/settings", json=sections)


def refused(weir, status=422, **sections):
    response = weir.admin("PUT", "/api/v1/alerts/settings", json=sections)
    assert response.status_code == status, response.text
    return response.json()["detail"]


def fires(weir):
    """A real alert: a slow call."""
    requests.get(weir.url + "/sleep/1.1", headers={"X-API-Key": weir.key}, timeout=30)


def test_a_channel_set_through_the_api_is_told_of_real_alerts(open_weir, start_receiver):
    receiver = start_receiver(secrets=[SECRET])
    weir = open_weir()
    before = weir.api("GET", "/alerts/settings")
    assert before["version"] == 0 and before["notify_source"] == "configuration" and before["channels"] == []
    now = put(weir, channels=[webhook(receiver, token=TOKEN)], grouping=AT_ONCE)
    assert now["source"] == now["notify_source"] == "api" and now["grouping"] == AT_ONCE
    assert now["channels"] == [{"name": "hook", "type": "webhook", "url": f"http://127.0.0.1:{receiver.port}/***", "secret": ["***"], "token": "***"}]
    fires(weir)
    eventually(lambda: receiver.received, 15)
    assert receiver.problems == [] and receiver.received[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert receiver.received[0].json["data"]["alerts"][0]["alert_type"] == "response_time"
    [channel] = weir.api("GET", "/channels")["items"]
    assert channel["name"] == "hook"


def test_no_secret_is_seen_again(open_weir, start_receiver):
    receiver = start_receiver(secrets=[SECRET])
    receiver.script = [lambda handler: handler.reply(500, b"Cannot POST " + handler.path.encode())]
    receiver.path = "/hook/T111HIDDEN?key=T222HIDDEN"
    weir = open_weir()
    slack = {"name": "chat", "type": "slack", "url": "https://hooks.example.com/T000HIDDEN"}
    put(weir, channels=[webhook(receiver, token=TOKEN), slack], grouping=AT_ONCE)
    shown = weir.api("GET", "/alerts/settings")["channels"]
    shown[0]["secret"] = [OTHER_SECRET, "***"]
    put(weir, channels=shown)  # URLs as they are shown are those there are
    refused(weir, channels=[{"name": "hook", "type": "slack", "url": TOKEN}])
    fires(weir)
    eventually(lambda: receiver.received, 15)
    assert receiver.received[0].path == receiver.path
    [attempt, *_] = eventually(lambda: [each for one in deliveries(weir, channel="hook") for each in one["attempts"]])
    assert attempt["detail"].endswith("500: Cannot POST ***")
    viewer = weir.api("POST", "/tokens", json={"name": "viewer", "role": "viewer"})["token"]
    as_viewer = {"headers": {"Authorization": f"Bearer {viewer}"}, "timeout": 10}
    assert requests.get(f"{weir.admin_url}/api/v1/alerts/settings", **as_viewer).json()["channels"][1]["url"] == "https://hooks.example.com/***"
    assert requests.delete(f"{weir.admin_url}/api/v1/alerts/settings", **as_viewer).status_code == 403
    [update] = eventually(lambda: weir.api("GET", "/audit", params={"limit": 1, "action": "alert_settings.update"})["items"])
    assert update["after"]["secrets_changed"] == ["hook"]
    said = weir.log() + "".join(json.dumps(weir.api("GET", path)) for path in (
        "/alerts/settings", "/alerts/settings/versions", "/audit", "/deliveries", "/channels"))
    for arguments in (("settings", "show"), ("settings", "show", "--json"), ("settings", "versions", "--json")):
        said += weir.run_command("alerts", *arguments).stdout
    for secret in SECRETS:
        assert secret not in said
    database = sqlite3.connect(weir.data_dir / "weir.db")
    rows = database.execute("SELECT document, secrets FROM alert_settings ORDER BY version").fetchall()
    database.close()
    assert not any(secret in document for document, _ in rows for secret in SECRETS)
    assert [bool(secrets) for _, secrets in rows] == [False, True]  # of the newest version only
    for path in weir.data_dir.glob("weir.db*"):
        assert path.stat().st_mode & 0o077 == 0


def test_a_version_from_before_urls_were_secrets_is_shown_without_them(open_weir, start_receiver):
    weir = open_weir()
    put(weir, channels=[webhook(start_receiver())])
    weir.kill()
    database = sqlite3.connect(weir.data_dir / "weir.db")
    with database:
        database.execute("UPDATE alert_settings SET document = replace(document, '/***', '/T333HIDDEN')")
    database.close()
    weir.start()
    assert "T333HIDDEN" not in json.dumps(weir.api("GET", "/alerts/settings/versions"))
    assert weir.api("GET", "/alerts/settings/versions")["items"][0]["channels"][0]["url"].endswith("/***")


def test_what_was_set_survives_a_kill_and_wins_over_the_configuration(open_weir, start_receiver):
    receiver, configured = start_receiver(secrets=[OTHER_SECRET]), start_receiver()
    weir = open_weir(channels=[webhook(configured, "configured")])
    put(weir, channels=[webhook(receiver)], grouping=AT_ONCE)
    rotated = put(weir, channels=[{"name": "hook", "type": "webhook", "url": receiver.url, "secret": [OTHER_SECRET, "***"]}])
    receiver.secrets = [SECRET]  # the one that was kept signs too
    for _ in range(2):
        weir.kill()
        weir.start()
        assert weir.api("GET", "/alerts/settings") == rotated
    weir.configure({"notify": {"channels": [webhook(configured, "other")]}})
    size = len(weir.log())
    weir.reload()
    weir.wait_log("channels were set through the API", after=size)
    happens(weir, (1, "alert.firing"))
    eventually(lambda: receiver.received)
    assert receiver.problems == [] and configured.received == []


def test_a_threshold_set_through_the_api_leaves_channels_to_the_configuration(open_weir, start_receiver):
    receiver = start_receiver(secrets=[OTHER_SECRET])
    weir = open_weir(channels=[webhook(receiver)], grouping={"wait": "0s", "interval": "1s"})
    now = put(weir, thresholds={"response_time": {"warning": 0.5, "critical": 5}})
    assert now["source"] == "api" and now["notify_source"] == "configuration" and now["channels"][0]["name"] == "hook"
    weir.configure({"notify": {"channels": [webhook(receiver, "renamed", OTHER_SECRET)]}})
    weir.reload()
    eventually(lambda: weir.api("GET", "/alerts/settings")["channels"][0]["name"] == "renamed")
    happens(weir, (1, "alert.firing"))
    eventually(lambda: receiver.received)
    assert receiver.problems == []
    [version] = weir.api("GET", "/alerts/settings/versions")["items"]
    assert "channels" not in version and version["thresholds"]["response_time"]["warning"] == 0.5


@pytest.mark.parametrize("sections, part", [
    ({"channels": [{"name": "new", "type": "webhook", "url": "https://example.com/h"}]}, "channels[0].secret: a channel of type webhook needs it (channel 'new')"),
    ({"channels": [{"name": "new", "type": "webhook", "url": "https://example.com/h", "secret": "***"}]}, "channels[0].secret: ***"),
    ({"channels": [{"name": "hook", "type": "webhook", "url": "https://elsewhere.example.com/", "secret": "***"}]},
     "channels[0].token: must be given again"),
    ({"channels": [{"name": "new", "type": "webhook", "url": "ftp://example.com", "secret": OTHER_SECRET}]}, "channels[0].url: "),
    ({"channels": []}, "escalation[0].steps[0].channels: there is no channel 'hook'"),
    ({"routes": [{"channels": ["nobody"]}]}, "routes[0].channels: there is no channel 'nobody'"),
    ({"routes": [{"types": ["earthquake"]}]}, "routes[0].types"),
    ({"quiet_hours": {"from": "25:00", "to": "07:00"}}, "quiet_hours.from: is a time of day like 22:00, not '25:00'"),
    ({"quiet_hours": {"from": "22:00"}}, "quiet_hours.to: is required"),
    ({"grouping": {"messages_max": 0}}, "grouping.messages_max: must be a whole number from 1 to 1000, but is 0"),
    ({"thresholds": {"response_time": {"warning": 3, "critical": 2}}, "quiet_hours": None}, "thresholds.response_time.critical"),
    ({"allow_private_targets": True}, "allow_private_targets: is not a known field"),
])
def test_a_wrong_document_is_refused_whole(open_weir, start_receiver, sections, part):
    receiver = start_receiver()
    weir = open_weir()
    held = put(weir, channels=[webhook(receiver, token=TOKEN)], quiet_hours={"from": "22:00", "to": "07:00"},
               escalation=[{"name": "late", "steps": [{"after_seconds": 60, "channels": ["hook"]}]}])
    detail = refused(weir, **{"grouping": AT_ONCE, **sections})
    assert part in detail and SECRET not in detail and TOKEN not in detail
    assert weir.api("GET", "/alerts/settings") == held
    assert len(weir.api("GET", "/alerts/settings/versions")["items"]) == 1


def test_private_targets_are_the_configurations_to_allow(guarded, start_receiver):
    weir = guarded()
    assert "notify.allow_private_targets" in refused(weir, channels=[webhook(start_receiver())])


def test_a_channel_that_is_gone_leaves_its_messages_dead_and_routes_are_followed_at_once(open_weir, start_receiver, start_mail):
    lost, post = start_receiver(), start_mail()
    lost.script = [answer(500)] * 10
    weir = open_weir()
    put(weir, channels=[webhook(lost, "lost"), mail(post)], routes=[{"channels": ["lost"]}], grouping=AT_ONCE)
    happens(weir, (1, "alert.firing"))
    wait_state(weir, "pending", channel="lost")
    eventually(lambda: lost.received)
    put(weir, channels=[mail(post)], routes=[{"severities": ["critical"], "channels": ["mail"], "recipients": ["pay@example.com"]}])
    [dead] = wait_state(weir, "dead", channel="lost")
    assert any("not configured any more" in attempt["detail"] for attempt in dead["attempts"])
    happens(weir, (2, "alert.firing"))
    [sent] = wait_state(weir, "delivered", channel="mail")
    assert sent["message"]["recipients"] == ["pay@example.com"]
    assert deliveries(weir, state="pending") == []


def test_back_to_the_configuration(open_weir, start_receiver):
    configured, receiver = start_receiver(secrets=[OTHER_SECRET]), start_receiver()
    weir = open_weir(channels=[webhook(configured, "configured", OTHER_SECRET)], grouping={"wait": "0s", "interval": "1s"})
    shown = weir.command("alerts", "settings", "show")
    wanted = {**shown, "channels": [webhook(receiver)], "thresholds": {"response_time": {"warning": 0.5, "critical": 5}}}
    now = weir.command("alerts", "settings", "set", "-", stdin=json.dumps(wanted))
    assert [channel["name"] for channel in now["channels"]] == ["hook"]
    assert "hook" in weir.run_command("alerts", "settings", "show").stdout
    with pytest.raises(CommandFailed, match="either a file or --reset"):
        weir.command("alerts", "settings", "set")
    back = weir.command("alerts", "settings", "set", "--reset")
    assert back["version"] == 2 and back["source"] == back["notify_source"] == "configuration"
    for section in ("thresholds", "channels", "grouping"):
        assert back[section] == shown[section]
    versions = weir.api("GET", "/alerts/settings/versions")["items"]
    assert [(one["version"], one["source"]) for one in versions] == [(2, "configuration"), (1, "api")]
    assert "back to the configuration's" in weir.run_command("alerts", "settings", "versions").stdout
    eventually(lambda: weir.api("GET", "/audit", params={"action": "alert_settings.reset"})["items"])
    weir.kill()
    weir.start()
    assert weir.api("GET", "/alerts/settings") == back
    requests.get(weir.url + "/sleep/0.7", headers={"X-API-Key": weir.key}, timeout=30)  # the threshold is 1 s again
    happens(weir, (1, "alert.firing"))
    eventually(lambda: configured.received)
    assert configured.problems == [] and receiver.received == []
    assert weir.api("GET", "/alerts", params={"type": "response_time"})["items"] == []
    again = weir.api("DELETE", "/alerts/settings")
    assert again["version"] == 3 and again["source"] == "configuration"
