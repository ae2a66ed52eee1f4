"""Messages about alerts as mail, to a real SMTP server: their parts, their threads, TLS, logins and refusals."""
import email
import email.policy

import pytest

from tests.harness.outbox import fires, happens, mail, wait_state, webhook
from tests.harness.weir import CommandFailed, eventually


def test_mail_has_both_parts_and_threads(told, start_mail):
    server = start_mail()
    weir = told(mail(server), grouping={"interval": "1s", "wait": "0s"})
    fires(weir, subject="/zoë\r\nBcc: x@example.com", title="Fehlerrate von /zoë")
    eventually(lambda: server.mails)
    happens(weir, (1, "alert.resolved"))
    eventually(lambda: len(server.mails) == 2, 10)
    first, second = (email.message_from_bytes(one.content, policy=email.policy.default) for one in server.mails)
    assert server.mails[0].rcpt_tos == ["ada@example.com", "bob@example.com"]
    assert server.mails[0].mail_from == "weir@example.com"
    assert first["Subject"] == "[production] CRITICAL: Fehlerrate von /zoë" and first["Bcc"] is None
    assert [part.get_content_type() for part in first.iter_parts()] == ["text/plain", "text/html"]
    assert "/zoë" in first.get_body(("plain",)).get_content() and "12.5 %" in first.get_body(("html",)).get_content()
    assert second["References"] == first["Message-ID"] and "RESOLVED" in second["Subject"]
    assert first.defects == [] and second.defects == []


def test_mail_goes_over_starttls_with_a_login_and_only_then(told, start_mail, certificates):
    server = start_mail(certificates=certificates, login=("weir", "password-of-a-test"))
    channel = mail(server, tls="starttls", username="weir", password="password-of-a-test", ca_file=str(certificates["ca"]),
                   smtp_host="localhost")
    weir = told(channel)
    assert weir.command("alerts", "test-channel", "mail")["delivered"]
    assert len(server.mails) == 1
    weir.configure({"notify": {"channels": [{**channel, "password": "wrong"}]}})
    weir.reload()
    weir.wait_log("the configuration is reloaded")
    with pytest.raises(CommandFailed) as refused:
        weir.command("alerts", "test-channel", "mail")
    assert "refuses the user name or the password" in refused.value.stderr
    assert "password-of-a-test" not in weir.log() and "wrong" not in refused.value.stderr


def test_mail_goes_over_tls(told, start_mail, certificates):
    server = start_mail(certificates=certificates, tls=True)
    weir = told(mail(server, tls="tls", ca_file=str(certificates["ca"]), smtp_host="localhost"))
    assert weir.command("alerts", "test-channel", "mail")["delivered"]


def test_a_certificate_that_is_not_trusted_is_refused(told, start_mail, start_receiver, certificates):
    server = start_mail(certificates=certificates, tls=True)
    receiver = start_receiver(certificates=certificates)
    weir = told(mail(server, tls="tls", smtp_host="localhost"), webhook(receiver))
    for name in ("mail", "hook"):
        report = weir.api("POST", f"/channels/{name}/test")
        assert not report["delivered"] and "certificate" in report["detail"].lower(), report
    assert server.mails == [] and receiver.received == []


def test_mail_that_is_refused_for_good_is_dead_at_once(told, start_mail):
    server = start_mail()
    server.refusals = ["550 no such user"]
    weir = told(mail(server))
    fires(weir)
    [dead] = wait_state(weir, "dead")
    assert dead["tries"] == 1 and dead["attempts"][0]["status_code"] == 550
