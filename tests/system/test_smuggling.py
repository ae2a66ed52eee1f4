"""Framing that two readers could read differently: refused with 400 and closed, never passed on."""
import pytest

from tests.harness.raw import Client, Closed
from tests.harness.upstream import RawUpstream, answering

# Each is a request with `{key}` filled in; what follows a hidden request would be answered were it believed.
HIDDEN = "GET /hidden HTTP/1.1\r\nHost: a\r\nX-API-Key: {key}\r\n\r\n"
AMBIGUOUS = {
    "Content-Length and Transfer-Encoding": "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding and Content-Length": "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "differing lengths": "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    "a list of differing lengths": "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4, 5\r\n\r\nabcde",
    "a length with a sign": "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd",
    "a negative length": "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "a length in hexadecimal": "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x4\r\n\r\nabcd",
    "a length beyond 64 bits": "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551620\r\n\r\nabcd",
    "an empty length": "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n",
    "a length with a space inside": "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 0\r\n\r\nabcdefghij",
    "an unknown transfer coding": "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: cow\r\n\r\n0\r\n\r\n",
    "chunked not last": "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "chunked twice": "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "two Transfer-Encoding fields": "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "identity": "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n",
    "a vertical tab before chunked": "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "chunked in HTTP/1.0": "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a bare LF after the request line": "GET / HTTP/1.1\nHost: a\r\n\r\n",
    "a bare LF after a field": "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
    "a bare LF at the end of the head": "GET / HTTP/1.1\r\nHost: a\r\n\n",
    "a bare CR in a value": "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
    "a NUL in a value": "GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
    "a NUL in a name": "GET / HTTP/1.1\r\nHost: a\r\nX\x00: b\r\n\r\n",
    "a NUL in the target": "GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
    "a folded field": "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
    "a folded first field": "GET / HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n",
    "whitespace before the colon": "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 4\r\n\r\nabcd",
    "a tab before the colon": "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n",
    "an empty field name": "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
    "a field without a colon": "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n",
    "no Host": "GET / HTTP/1.1\r\n\r\n",
    "two Hosts": "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "two equal Hosts": "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
    "a Host with a space": "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "a space in the target": "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "two spaces after the method": "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    "no version": "GET /\r\nHost: a\r\n\r\n",
    "a bad version": "GET / HTTP/1.10\r\nHost: a\r\n\r\n",
    "a version in lower case": "GET / http/1.1\r\nHost: a\r\n\r\n",
    "a method with a slash": "GE/T / HTTP/1.1\r\nHost: a\r\n\r\n",
    "a bad chunk size": "POST / HTTP/1.1\r\nHost: a\r\nX-API-Key: {key}\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "a chunk size with a sign": "POST / HTTP/1.1\r\nHost: a\r\nX-API-Key: {key}\r\nTransfer-Encoding: chunked\r\n\r\n+2\r\nab\r\n0\r\n\r\n",
    "a chunk size with 0x": "POST / HTTP/1.1\r\nHost: a\r\nX-API-Key: {key}\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\nab\r\n0\r\n\r\n",
    "a chunk size beyond 64 bits": "POST / HTTP/1.1\r\nHost: a\r\nX-API-Key: {key}\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000002\r\nab\r\n0\r\n\r\n",
    "a chunk longer than its size": "POST / HTTP/1.1\r\nHost: a\r\nX-API-Key: {key}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
    "a bare LF after a chunk size": "POST / HTTP/1.1\r\nHost: a\r\nX-API-Key: {key}\r\nTransfer-Encoding: chunked\r\n\r\n2\nab\r\n0\r\n\r\n",
    "a bare LF in a chunk extension": "POST / HTTP/1.1\r\nHost: a\r\nX-API-Key: {key}\r\nTransfer-Encoding: chunked\r\n\r\n2;a\nb\r\nab\r\n0\r\n\r\n",
    "a space in a chunk size": "POST / HTTP/1.1\r\nHost: a\r\nX-API-Key: {key}\r\nTransfer-Encoding: chunked\r\n\r\n2 2\r\nab\r\n0\r\n\r\n",
    "an empty chunk size": "POST / HTTP/1.1\r\nHost: a\r\nX-API-Key: {key}\r\nTransfer-Encoding: chunked\r\n\r\n\r\nab\r\n0\r\n\r\n",
}


@pytest.fixture(scope="module")
def weir(tmp_path_factory):
    from tests.harness.upstream import Upstream
    from tests.harness.weir import Weir

    upstream = Upstream()
    server = Weir(tmp_path_factory.mktemp("smuggling"), {"gateway": {"upstream": upstream.url}}).start()
    server.upstream = upstream
    server.key = server.create_key()["key"]
    yield server
    server.stop()
    upstream.stop()


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_ambiguous_framing_is_refused_and_the_connection_closed(weir, name):
    before = len(weir.upstream.seen)
    text = AMBIGUOUS[name]
    if "X-API-Key" not in text:  # a good key, so that nothing but the framing can refuse it
        text = text.replace("HTTP/1.1\r\n", "HTTP/1.1\r\nX-API-Key: {key}\r\n", 1)
    with Client(("127.0.0.1", weir.port)) as client:
        client.send((text + HIDDEN).replace("{key}", weir.key))
        answer = client.answer()
        assert answer.status == 400, answer
        assert answer["Connection"].lower() == "close"
        assert client.rest() == b"", "something after it was answered"
    assert not [target for _, target, _, _ in weir.upstream.seen[before:] if target == "/hidden"]


BAD_ANSWERS = {
    "no HTTP": b"hello\r\n\r\n",
    "Content-Length and Transfer-Encoding": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "differing lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
    "an unknown transfer coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: cow\r\n\r\nabc",
    "a bare LF": b"HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\nab",
    "a NUL in a value": b"HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 2\r\n\r\nab",
    "a folded field": b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nab",
    "whitespace before the colon": b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nab",
    "a bad length": b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nab",
    "a status of two digits": b"HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nab",
    "a status of four digits": b"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nab",
    "a switch of protocols nobody asked for": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "a head without end": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000,
    "nothing": b"",
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_the_same_strictness_toward_upstreams_is_a_502(guarded, connect, start_upstream, name):
    weir = guarded({"gateway": {"upstream": start_upstream(RawUpstream, answering(BAD_ANSWERS[name])).url}})
    client = connect(weir)
    answer = client.exchange("GET", "/", [("X-API-Key", weir.key)])
    assert answer.status == 502, answer
    assert weir.wait_calls(1)[0]["status_code"] == 502


def test_bytes_an_upstream_sends_unasked_are_nobodys_answer(guarded, connect, start_upstream):
    good = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    smuggled = good + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"
    weir = guarded({"gateway": {"upstream": start_upstream(RawUpstream, answering(smuggled, then_close=False)).url}})
    client = connect(weir)
    for _ in range(5):
        assert client.exchange("GET", "/", [("X-API-Key", weir.key)]).body == b"ok"


def test_a_bad_chunk_of_an_upstream_ends_the_answer_visibly(guarded, connect, start_upstream):
    bad = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n"
    weir = guarded({"gateway": {"upstream": start_upstream(RawUpstream, answering(bad)).url}})
    client = connect(weir)
    try:
        answer = client.exchange("GET", "/", [("X-API-Key", weir.key)])
        assert answer.status == 502
    except (Closed, ValueError):
        pass  # cut before the last chunk: the client knows


def test_what_is_forwarded_is_rebuilt_and_clean(guarded, connect, start_upstream):
    heads = []

    def keep(connection, _):
        from tests.harness.upstream import read_head
        heads.append(read_head(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    weir = guarded({"gateway": {"upstream": start_upstream(RawUpstream, keep).url}})
    connect(weir).send(f"GET /x HTTP/1.1\r\nhOsT:   a\t \r\nX-API-Key:{weir.key}\r\nX-Empty:\r\n\r\n").answer()
    lines = heads[0].decode().split("\r\n")
    assert lines[0] == "GET /x HTTP/1.1"
    assert [line for line in lines if line.lower().startswith("host:")] and "\t" not in heads[0].decode()
    assert not [line for line in lines if line.lower().startswith("x-api-key")]
