"""An HTTP client that sends exactly the bytes it is told and reads answers strictly."""
import dataclasses
import socket
import time


@dataclasses.dataclass
class Answer:
    status: int
    reason: str
    version: str
    headers: list
    body: bytes = b""
    trailers: list = dataclasses.field(default_factory=list)

    def __getitem__(self, name):
        """The value of the only header of that name."""
        values = self.all(name)
        assert len(values) == 1, f"{name}: {values} in {self.headers}"
        return values[0]

    def all(self, name):
        return [value for each, value in self.headers if each.lower() == name.lower()]

    def __contains__(self, name):
        return bool(self.all(name))


class Closed(Exception):
    """The other side closed where an answer was expected."""


class Client:
    """One connection."""

    def __init__(self, address, timeout=10, tls=None, hostname=None, receive_buffer=None, segment=None):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if segment:  # a small one makes the other end's buffer small too
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment)
        self.socket.settimeout(timeout)
        self.socket.connect(address)
        if family == socket.AF_INET:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname=hostname)
        self.unread = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode("latin-1") if isinstance(data, str) else data)
        return self

    def request(self, method, target, headers=(), body=b"", host="test"):
        """Sends a request with Host and, for a body, Content-Length."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"] + [f"{name}: {value}" for name, value in headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        return self.send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)

    def exchange(self, method, target, headers=(), body=b""):
        return self.request(method, target, headers, body).answer(method)

    def _more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            raise Closed(f"closed after {self.unread[:200]!r}")
        self.unread += data

    def _line(self):
        while b"\r\n" not in self.unread:
            self._more()
        line, self.unread = self.unread.split(b"\r\n", 1)
        return line.decode("latin-1")

    def _exactly(self, count):
        while len(self.unread) < count:
            self._more()
        data, self.unread = self.unread[:count], self.unread[count:]
        return data

    def _fields(self):
        fields = []
        while line := self._line():
            name, colon, value = line.partition(":")
            assert colon and name == name.strip(), line
            fields.append((name, value.strip()))
        return fields

    def head(self):
        version, status, *reason = self._line().split(" ", 2)
        return Answer(int(status), reason[0] if reason else "", version, self._fields())

    def answer(self, method="GET", interim=None):
        """The next whole answer; 1xx before it are appended to `interim`, or are an error."""
        answer = self.head()
        while answer.status < 200 and answer.status != 101:
            assert interim is not None, answer
            interim.append(answer)
            answer = self.head()
        if method == "HEAD" or answer.status in (101, 204, 304):
            return answer
        if "Transfer-Encoding" in answer:
            assert answer["Transfer-Encoding"] == "chunked" and "Content-Length" not in answer, answer
            while size := int(self._line().split(";")[0], 16):
                answer.body += self._exactly(size)
                assert self._line() == ""
            answer.trailers = self._fields()
        elif "Content-Length" in answer:
            answer.body = self._exactly(int(answer["Content-Length"]))
        else:
            answer.body = self.rest()
        return answer

    def rest(self):
        """Everything until the other side closes."""
        data, self.unread = self.unread, b""
        while True:
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                return data
            if not more:
                return data
            data += more

    def is_closed(self, seconds=3):
        """Whether the other side closes within that time, without another byte."""
        if self.unread:
            return False
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(1) == b""
        except (ConnectionResetError, BrokenPipeError):
            return True
        except TimeoutError:
            return False


def wait_until_listening(port, seconds=5):
    deadline = time.monotonic() + seconds
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
