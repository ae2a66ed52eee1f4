"""Real receivers of notifications: an HTTP server whose every answer a test decides, and an SMTP server.

Signatures are verified here by code of their own, from the text of Standard Webhooks 1.0.0.
"""
import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import socket
import ssl
import struct
import threading
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


def signature_problem(headers, body, secrets, now):
    """Why a webhook is not to be believed; None: it is."""
    message_id, timestamp = headers.get("webhook-id"), headers.get("webhook-timestamp")
    if not message_id or not timestamp or not headers.get("webhook-signature"):
        return "a header is missing"
    if abs(now - int(timestamp)) > 300:
        return f"the timestamp {timestamp} is too far from {now}"
    signed = f"{message_id}.{timestamp}.".encode() + body
    wanted = [hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest() for secret in secrets]
    given = [base64.b64decode(one[3:]) for one in headers["webhook-signature"].split(" ") if one.startswith("v1,")]
    if not any(hmac.compare_digest(one, other) for one in wanted for other in given):
        return "no signature is of a known secret"
    return None


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle_one_request(self):
        with contextlib.suppress(ConnectionError, ValueError):
            return super().handle_one_request()
        self.close_connection = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.owner.receive(self, dict((name.lower(), value) for name, value in self.headers.items()), body)

    def do_GET(self):
        self.server.owner.gets.append(self.path)
        self.reply(200)

    def reply(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_):
        pass


class Received:
    def __init__(self, path, headers, body):
        self.at, self.path, self.headers, self.body = time.time(), path, headers, body

    @property
    def id(self):
        return self.headers.get("webhook-id")

    @property
    def json(self):
        return json.loads(self.body)


class Receiver:
    """Answers each POST with the next of `script`, then with 204. A step is a callable of the handler."""

    def __init__(self, secrets=(), certificates=None):
        self.secrets, self.script, self.received, self.problems, self.gets = list(secrets), [], [], [], []
        self.path = "/hook"
        self.released = threading.Event()
        self.lock = threading.Lock()
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.owner = self
        if certificates:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificates["certificate"], certificates["key"])
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "https" if certificates else "http"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server.server_address[1]

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.port}{self.path}"

    def receive(self, handler, headers, body):
        with self.lock:
            if self.secrets:
                problem = signature_problem(headers, body, self.secrets, time.time())
                if problem:
                    self.problems.append(problem)
            self.received.append(Received(handler.path, headers, body))
            step = self.script.pop(0) if self.script else answer(204)
        step(handler)

    def stop(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


def answer(status, body=b"", **headers):
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return lambda handler: handler.reply(status, body, named)


def stall(handler):
    """Reads, and says nothing until the test is over."""
    handler.server.owner.released.wait(60)
    handler.close_connection = True


def late(seconds, status=204):
    def step(handler):
        time.sleep(seconds)
        with contextlib.suppress(OSError):
            handler.reply(status)

    return step


def reset(handler):
    """Ends the connection with a RST."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


class MailServer:
    """A real SMTP server; `mails`: envelopes as they came. With `certificates` it offers STARTTLS, or speaks TLS from the
    first byte when `tls`; with `login` it wants user and password."""

    def __init__(self, certificates=None, tls=False, login=None):
        self.mails, self.refusals = [], []
        context = None
        if certificates:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificates["certificate"], certificates["key"])

        def authenticate(_server, _session, _envelope, _mechanism, data):
            ok = (data.login, data.password) == tuple(part.encode() for part in login)
            return AuthResult(success=ok, handled=False)

        options = {"hostname": "127.0.0.1", "port": 0, "decode_data": False}
        if login:
            options.update(authenticator=authenticate, auth_required=True, auth_require_tls=bool(certificates))
        if context and not tls:
            options.update(tls_context=context, require_starttls=True)
        if tls:
            options.update(ssl_context=context)
            options["auth_require_tls"] = False
        self.controller = _AnyPort(self, **options)
        self.controller.start()

    @property
    def port(self):
        return self.controller.server.sockets[0].getsockname()[1]

    async def handle_DATA(self, _server, _session, envelope):
        if self.refusals:
            return self.refusals.pop(0)
        self.mails.append(envelope)
        return "250 OK"

    def stop(self):
        self.controller.stop()


class _AnyPort(Controller):
    """aiosmtpd asks its port whether it is there before it knows which one it got."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        if not self.ssl_context:
            return super()._trigger_server()
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection((self.hostname, self.port), 5) as plain, trusting.wrap_socket(plain) as connection:
            connection.recv(100)
