"""Fixtures of the system tests: the real binary on its own folder and ports, real upstreams, real clients.

WEIR_BUILD: the build under test (build/release). WEIR_LONG=1: the long forms (scripts/test --long).
"""
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent))
from tests.harness import places
from tests.harness.raw import Client
from tests.harness.receivers import MailServer, Receiver
from tests.harness.upstream import Upstream
from tests.harness.weir import Weir, merge

LONG = bool(os.environ.get("WEIR_LONG"))

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@pytest.fixture(scope="session")
def long_form():
    """Whether there is time for the long form of a test."""
    return LONG


@pytest.fixture
def folder():
    """A folder of the test's own, short enough for Unix sockets."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="weir-test-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def start_weir(folder, request):
    """start_weir(config) → a running Weir; stopped, and its log shown when the test failed."""
    started = []

    def start(config=None, *, name=None, flags=(), launch=True, prefix=()):
        weir = Weir(folder / (name or f"weir{len(started)}"), config, prefix)
        started.append(weir)
        return weir.start(*flags) if launch else weir

    yield start
    for weir in started:
        try:
            weir.stop()
        except subprocess.TimeoutExpired:
            print(f"weir did not end on SIGTERM: {weir.folder}")
        print(f"--- {weir.log_file}:\n{weir.log()[-6000:]}")


@pytest.fixture
def upstream():
    server = Upstream()
    yield server
    server.stop()


@pytest.fixture
def start_upstream():
    """start_upstream(Class, …) → an upstream that is stopped at the end."""
    started = []

    def start(kind=Upstream, *arguments, **options):
        started.append(kind(*arguments, **options))
        return started[-1]

    yield start
    for server in started:
        server.stop()


HIGH = {"windows": [{"name": name, "seconds": seconds, "limit": 100_000_000}
                    for name, seconds in (("minute", 60), ("hour", 3600), ("day", 86400))]}


@pytest.fixture
def guarded(start_weir, upstream):
    """A weir before the telling upstream, limits out of the way, with a key in `weir.key`."""

    def start(config=None, **options):
        weir = start_weir(merge({"gateway": {"upstream": upstream.url}, "limits": HIGH}, config or {}), **options)
        weir.key = weir.create_key()["key"]
        return weir

    return start


@pytest.fixture(scope="module")
def shared_weir(tmp_path_factory):
    """One server for all tests of a file: what one does to it, the next must bear. No request of theirs is its failure."""
    upstream = Upstream()
    weir = Weir(tmp_path_factory.mktemp("weir"), {"gateway": {"upstream": upstream.url}}).start()
    yield weir
    log = weir.log()
    status = weir.stop()
    upstream.stop()
    print(f"--- {weir.log_file}:\n{log[-6000:]}")
    assert status == 0
    assert "the admin API failed" not in log and "an admin request failed" not in log


@pytest.fixture
def key():
    """key(weir) → the header with which a request is let through."""
    return lambda weir: [("X-API-Key", weir.key)]


@pytest.fixture
def connect():
    """connect(weir) → a raw Client of its gateway."""
    clients = []

    def start(weir, **options):
        clients.append(Client(("127.0.0.1", weir.port), **options))
        return clients[-1]

    yield start
    for client in clients:
        client.close()


@pytest.fixture(scope="session")
def high_limits():
    return HIGH


@pytest.fixture(scope="session")
def fast_upstream():
    """bench/upstream: answers faster than Python could, for tests under load. Its URL."""
    port = places.free_port()
    process = subprocess.Popen([places.binary("bench/upstream"), "--listen", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


@pytest.fixture(scope="session")
def sample_api():
    """The sample API of examples/. Its URL."""
    process = subprocess.Popen([places.binary("sample_api"), "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    yield process.stdout.readline().split(" on ")[1].strip()
    process.kill()
    process.wait()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """A CA and a server certificate for localhost and 127.0.0.1: {"ca", "certificate", "key"}."""
    home = tmp_path_factory.mktemp("certificates")

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=home, check=True, capture_output=True)

    (home / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            "/CN=weir test CA", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-keyout",
            "server.key", "-out", "server.csr")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "server.pem")
    return {"ca": home / "ca.pem", "certificate": home / "server.pem", "key": home / "server.key"}


@pytest.fixture
def start_receiver():
    started = []

    def start(*arguments, **options):
        started.append(Receiver(*arguments, **options))
        return started[-1]

    yield start
    for receiver in started:
        receiver.stop()


@pytest.fixture
def start_mail():
    started = []

    def start(*arguments, **options):
        started.append(MailServer(*arguments, **options))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def told(start_weir, upstream):
    """told(channel…) → a weir with these channels, which may be on this machine. It says nothing of itself: tests count
    messages, and have channels fail."""

    def start(*channels, prefix=(), **notify):
        return start_weir({"gateway": {"upstream": upstream.url}, "alerts": {"thresholds": {"delivery_failed": {"enabled": False}}},
                           "notify": {"allow_private_targets": True, "channels": list(channels), **notify}}, prefix=prefix)

    return start
