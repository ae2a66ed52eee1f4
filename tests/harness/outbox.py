"""Events of alerts, put where the pipeline puts them, and what the server made of them."""
import base64
import json
import sqlite3
import time

from .weir import eventually

SECRET = "whsec_" + base64.b64encode(b"a key of thirty-two bytes, tests").decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"the key that comes after rotation").decode()


def happens(weir, *alerts, **fields):
    """Commits events to the outbox, in one transaction. An alert: (id, type of event)."""
    now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{time.time_ns() // 1000 % 1_000_000:06}Z"
    rows = []
    for alert_id, kind in alerts:
        state = {"alert.resolved": "resolved", "alert.acknowledged": "acknowledged"}.get(kind, "firing")
        notice = {"alert_id": alert_id, "alert_type": "error_rate", "severity": "critical", "state": state,
                  "subject_kind": "endpoint", "subject": f"/orders/{alert_id}", "environment": "production",
                  "title": f"Error rate of /orders/{alert_id}", "summary": "10 of 80 calls failed", "value": 12.5,
                  "threshold": 10, "unit": "%", "window_seconds": 300, "count": 1, "started_at": now, "updated_at": now,
                  "resolved_at": now if state == "resolved" else None, "runbook": "docs/alerts.md#error_rate", **fields}
        rows.append((json.dumps({"type": kind, "at": now, "alert": notice}),))
    database = sqlite3.connect(weir.data_dir / "weir.db", timeout=10)
    with database:
        database.executemany("INSERT INTO outbox_events(event) VALUES(?)", rows)
    database.close()


def fires(weir, alert_id=1, **fields):
    happens(weir, (alert_id, "alert.firing"), **fields)


def webhook(receiver, name="hook", secret=SECRET, **fields):
    return {"name": name, "type": "webhook", "url": receiver.url, "secret": secret, **fields}


def mail(server, **fields):
    return {"name": "mail", "type": "email", "smtp_host": "127.0.0.1", "smtp_port": server.port, "tls": "none",
            "from": "weir@example.com", "to": ["ada@example.com", "bob@example.com"], **fields}


def deliveries(weir, **filters):
    return weir.api("GET", "/deliveries", params=filters)["items"]


def wait_state(weir, state, seconds=10, **filters):
    found = []

    def there():
        found[:] = deliveries(weir, state=state, **filters)
        return found

    eventually(there, seconds, lambda: f"no delivery is {state}: {deliveries(weir)}")
    return found
