"""Real upstreams: one that tells what it was sent, and one whose every byte a test decides."""
import contextlib
import http.server
import json
import socket
import socketserver
import ssl
import threading
import time
import urllib.parse


class _Handler(http.server.BaseHTTPRequestHandler):
    """
    /status/N           answers N with a small body (none for 204 and 304)
    /bytes/N            N bytes with Content-Length
    /chunked/N          N chunks of a line, and a trailer
    /close/N            N bytes, ended by closing
    /sleep/SECONDS      answers late
    /limits             answers with X-RateLimit headers of its own
    anything else       what was received, as JSON
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def handle_one_request(self):
        with contextlib.suppress(ConnectionError, ValueError):
            return super().handle_one_request()
        self.close_connection = True

    def _body(self):
        """The request's body and trailers, whichever way they are framed."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body, trailers = b"", []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            while (line := self.rfile.readline().strip()):
                trailers.append(line.decode())
            return body, trailers
        return self.rfile.read(int(self.headers.get("Content-Length", 0))), []

    def answer(self):
        path = urllib.parse.urlsplit(self.path).path
        body, trailers = self._body()
        self.server.owner.seen.append((self.command, self.path, self.headers.items(), body))
        action, _, argument = path.lstrip("/").partition("/")
        handler = getattr(self, f"answer_{action}", None)
        if handler and argument:
            return handler(argument)
        seen = {"method": self.command, "target": self.path, "headers": self.headers.items(), "version": self.request_version,
                "body": body.decode("latin-1"), "trailers": trailers, "upstream": self.server.owner.name,
                "connection": self.client_address[1] if self.client_address else None}
        return self.whole(200, json.dumps(seen).encode(), [("Content-Type", "application/json")]
                          + ([("X-RateLimit-Minute-Limit", "7"), ("X-Ratelimit-Other", "8")] if action == "limits" else []))

    def whole(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(body)

    def answer_status(self, status):
        self.whole(int(status), f"status {status}".encode())

    def answer_bytes(self, count):
        self.whole(200, b"x" * int(count))

    def answer_chunked(self, count):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Trailer", "X-Lines")
        self.end_headers()
        if self.command == "HEAD":
            return
        for number in range(int(count)):
            line = b"line %d\n" % number
            self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
        self.wfile.write(b"0\r\nX-Lines: %s\r\n\r\n" % count.encode())

    def answer_close(self, count):
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        self.wfile.write(b"c" * int(count))

    def answer_sleep(self, seconds):
        time.sleep(float(seconds))
        self.whole(200, b"late")

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_PURGE = answer


class Replaying(_Handler):
    """Answers what the header X-Logged says: a status and the bytes of the body."""

    def answer(self):
        self._body()
        status, size = map(int, self.headers["X-Logged"].split())
        return self.whole(status, b"x" * size)

    do_GET = do_HEAD = do_POST = answer


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 1024

    def __init__(self, *arguments):
        self.open = set()
        super().__init__(*arguments)

    def process_request(self, connection, address):
        self.open.add(connection)
        super().process_request(connection, address)

    def shutdown_request(self, connection):
        self.open.discard(connection)
        super().shutdown_request(connection)

    def drop_connections(self):
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, *_):
        pass


class _UnixServer(_Server):
    address_family = socket.AF_UNIX

    def get_request(self):
        connection, _ = super().get_request()
        return connection, ("unix", 0)


class _UnixHandler(_Handler):
    disable_nagle_algorithm = False  # there is none on a Unix socket


class Upstream:
    """An HTTP server that tells what it was sent; `seen` holds (method, target, headers, body) of every request."""

    def __init__(self, name="upstream", port=0, unix_path=None, certificate=None, handler=_Handler):
        self.name = name
        self.seen = []
        if unix_path:
            self.server = _UnixServer(str(unix_path), _UnixHandler)
            self.url = f"http+unix://{unix_path}"
        else:
            self.server = _Server(("127.0.0.1", port), handler)
            self.port = self.server.server_address[1]
            self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*map(str, certificate))
            # The handshake is the connection's thread's work, not the acceptor's.
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.server.owner = self
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def stop(self):
        """As if its process had ended: no listener, no connection."""
        self.server.shutdown()
        self.server.server_close()
        self.server.drop_connections()


class RawUpstream:
    """Accepts, and gives each connection to `handle(socket, number)`; closes it when that returns."""

    def __init__(self, handle):
        self.handle = handle
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.connections = 0
        self.heads = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True).start()

    def _serve(self, connection, number):
        with connection, contextlib.suppress(OSError):
            connection.settimeout(20)
            self.handle(connection, number)

    def stop(self):
        self.listener.close()


def read_head(connection):
    """Bytes of one head from a socket, up to and with the empty line; b"" when it was closed before."""
    head = b""
    while b"\r\n\r\n" not in head:
        byte = connection.recv(1)  # not one byte past the head
        if not byte:
            return b""
        head += byte
    return head


def answering(answer, then_close=True):
    """A handler for RawUpstream: these bytes to every request."""

    def handle(connection, _):
        while read_head(connection):
            connection.sendall(answer)
            if then_close:
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(4096):
                    pass
                return

    return handle


def seen_headers(answer):
    """What the telling upstream received, names in lower case."""
    received = {}
    for name, value in json.loads(answer.body)["headers"]:
        received.setdefault(name.lower(), []).append(value)
    return received
