"""The weekly digest of the real binary, to a real SMTP server: at its hour, after it, once, and now."""
import email
import email.policy
import json
import sqlite3
import subprocess
import time

import pytest

from tests.harness import places
from tests.harness.api_description import description
from tests.harness.outbox import deliveries, mail, wait_state, webhook
from tests.harness.weir import CommandFailed, eventually
from tests.system.test_alerts import QUICK, get, the_alert

WEEK = 7 * 86400


def parsed(envelope):
    return email.message_from_bytes(envelope.content, policy=email.policy.default)


def settings(server, digest, **more):
    return {**QUICK, "notify": {"allow_private_targets": True, "channels": [mail(server)], "routes": [{"types": ["key_expiring"], "channels": ["mail"]}],
                                "digest": {"channel": "mail", **digest}, **more}}


def an_hour_ago():
    """A schedule whose hour has just passed."""
    then = time.gmtime(time.time() - 3600)
    return {"weekday": time.strftime("%A", then).lower(), "time": time.strftime("%H:%M", then)}


def memory(weir):
    database = sqlite3.connect(weir.data_dir / "weir.db", timeout=10)
    rows = database.execute("SELECT state FROM notify_groups WHERE name = 'digest'").fetchall()
    database.close()
    return json.loads(rows[0][0]) if rows else None


def was_set_long_ago(weir):
    """As if the schedule had been in force for two weeks, and no digest sent since."""
    state = eventually(lambda: memory(weir))
    weir.kill()
    state["after"] = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(time.time() - 2 * WEEK))
    database = sqlite3.connect(weir.data_dir / "weir.db", timeout=10)
    with database:
        database.execute("UPDATE notify_groups SET state = ? WHERE name = 'digest'", (json.dumps(state),))
    database.close()


def test_the_digest_is_shown_and_sent_now(guarded, start_mail):
    server = start_mail()
    weir = guarded(settings(server, {**an_hour_ago(), "recipients": ["boss@example.com"]}))
    get(weir, "/sleep/1.2")
    the_alert(weir, type="response_time", endpoint="/sleep/1.2")
    shown = weir.api("GET", "/alerts/digest")
    assert "2 alerts" in shown["subject"] and shown["channel"] == "mail" and shown["next_at"] > shown["to"] > shown["from"]
    text = weir.run_command("alerts", "digest")
    assert "endpoint /sleep/1.2" in text.stdout and "Sent to 'mail' next at" in text.stdout, text
    sent = weir.run_command("alerts", "digest", "--send")
    assert sent.returncode == 0 and "'mail' took the digest" in sent.stdout, sent
    [envelope] = server.mails
    letter = parsed(envelope)
    assert envelope.rcpt_tos == ["boss@example.com"] and letter["Subject"] == shown["subject"] and letter.defects == []
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    for kind in ("plain", "html"):
        content = letter.get_body((kind,)).get_content()
        assert "/sleep/1.2" in content and "docs/alerts.md#response_time" in content
    [delivery] = deliveries(weir, type="alerts.digest")
    assert delivery["message"]["letter"]["subject"] == shown["subject"]
    [entry] = eventually(lambda: weir.api("GET", "/audit", params={"action": "digest.send"})["items"])
    assert entry["subject_id"] == str(delivery["id"])


def test_an_hour_that_passed_while_weir_was_down_is_made_good_once(guarded, start_mail):
    server = start_mail()
    weir = guarded(settings(server, an_hour_ago(), quiet_hours={"from": "00:00", "to": "23:59", "mute_critical": True}))
    was_set_long_ago(weir)
    assert server.mails == [], "a schedule begins with its next hour"
    weir.start()
    eventually(lambda: server.mails, 15)
    wait_state(weir, "delivered", type="alerts.digest")
    for _ in range(2):
        weir.kill()
        weir.start()
        assert memory(weir)["told_to"]
    weir.stop()
    assert len(server.mails) == 1
    assert "no alerts" in parsed(server.mails[0])["Subject"]


def test_a_digest_that_was_not_taken_is_sent_again_after_a_kill_with_the_same_id(guarded, start_mail):
    server = start_mail()
    weir = guarded(settings(server, an_hour_ago()))
    was_set_long_ago(weir)
    server.refusals = ["450 not now"]
    weir.start()
    eventually(lambda: not server.refusals, 15)
    [pending] = wait_state(weir, "pending", type="alerts.digest")
    weir.kill()
    weir.start()
    eventually(lambda: server.mails, 30)
    [delivered] = wait_state(weir, "delivered", type="alerts.digest")
    assert delivered["message"]["id"] == pending["message"]["id"]
    assert parsed(server.mails[0])["Message-ID"] == f"<{pending['message']['id']}@example.com>"
    assert len(server.mails) == 1


def test_the_digest_is_set_at_run_time_and_checked_whole(guarded, start_mail, start_receiver):
    server = start_mail()
    weir = guarded({"notify": {"allow_private_targets": True}})
    assert weir.admin("POST", "/api/v1/alerts/digest").status_code == 409
    with pytest.raises(CommandFailed, match="no weekly digest is set"):
        weir.command("alerts", "digest", "--send")
    channels = [mail(server), webhook(start_receiver())]
    for digest, part in [
            ({"channel": "nobody"}, "digest.channel: there is no channel 'nobody'"),
            ({"channel": "hook"}, "digest.channel: must be of type email, but 'hook' is of type webhook"),
            ({"channel": "mail", "weekday": "someday"}, "digest.weekday: is a day of the week like monday, not 'someday'"),
            ({"channel": "mail", "time": "24:00"}, "digest.time: is a time of day like 22:00, not '24:00'"),
            ({"channel": "mail", "utc_offset": "+15:00"}, "digest.utc_offset: is an offset like +02:00, not '+15:00'"),
            ({"channel": "mail", "recipients": ["nobody"]}, "digest.recipients: 'nobody' is not a mail address"),
            ({"channel": "mail", "day": "monday"}, "digest.day: is not a known field"),
            ({"weekday": "monday"}, "digest.channel: is required")]:
        answer = weir.admin("PUT", "/api/v1/alerts/settings", json={"channels": channels, "digest": digest})
        assert answer.status_code == 422 and part in answer.json()["detail"], answer.text
    now = weir.api("PUT", "/alerts/settings", json={"channels": channels, "digest": {"channel": "mail", "utc_offset": "+02:00"}})
    assert now["digest"] == {"channel": "mail", "recipients": [], "weekday": "monday", "time": "08:00", "utc_offset": "+02:00"}
    assert eventually(lambda: memory(weir))["schedule"] == "monday 08:00 +02:00"
    assert weir.api("GET", "/alerts/digest")["next_at"].endswith("T06:00:00.000000Z")
    assert "digest: {" in weir.run_command("alerts", "settings", "show").stdout
    assert weir.api("PUT", "/alerts/settings", json={"digest": None})["digest"] is None
    eventually(lambda: memory(weir)["schedule"] == "")
    assert server.mails == [] and not description().problems({"$ref": "#/components/schemas/AlertDigest"},
                                                            weir.api("GET", "/alerts/digest"))


def test_a_wrong_digest_is_named_with_its_line(guarded, start_mail):
    weir = guarded({"notify": {"allow_private_targets": True}})
    weir.configure({"notify": {"digest": {"weekday": "mon"}}})
    done = subprocess.run([places.binary("weir"), "config", "check", str(weir.config_file)], capture_output=True, text=True, timeout=10)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    for part in ("notify.digest: needs a channel", "notify.digest.weekday: is a day of the week like monday, not 'mon'"):
        assert part in said
