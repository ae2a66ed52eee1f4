"""Reads server-sent events (WHATWG HTML, 9.2.6) from a raw connection, strictly enough to notice nonsense."""
import json

from .raw import Client


class EventStream:
    """GET /api/v1/stream of a weir; iterate over (id, event, data)."""

    def __init__(self, weir, last_event_id=None, receive_buffer=None, segment=None, timeout=10):
        self.client = Client(("127.0.0.1", weir.admin_port), timeout=timeout, receive_buffer=receive_buffer, segment=segment)
        headers = [("Authorization", f"Bearer {weir.token}"), ("Accept", "text/event-stream")]
        if last_event_id is not None:
            headers.append(("Last-Event-ID", str(last_event_id)))
        self.client.request("GET", "/api/v1/stream", headers)
        self.head = self.client.head()
        self.text = ""
        self.comments = 0

    def close(self):
        self.client.close()

    def _block(self):
        while "\n\n" not in self.text:
            size = int(self.client._line(), 16)
            assert size > 0, "a stream has no end"
            self.text += self.client._exactly(size).decode()
            assert self.client._line() == ""
        block, self.text = self.text.split("\n\n", 1)
        return block.split("\n")

    def __iter__(self):
        while True:
            fields = {}
            for line in self._block():
                if line.startswith(":"):
                    self.comments += 1
                    continue
                name, colon, value = line.partition(": ")
                assert colon and name in ("id", "event", "data", "retry") and name not in fields, line
                fields[name] = value
            if "data" in fields:
                yield fields.get("id"), fields["event"], json.loads(fields["data"])
