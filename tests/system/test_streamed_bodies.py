"""Bodies pass through weir as they come: whoever is slow holds the other back, whoever leaves is noticed."""
import json
import socket
import threading
import time

import pytest

from tests.harness.upstream import RawUpstream, read_head


def test_answers_are_streamed_as_they_come(guarded, connect, key, start_upstream):
    go_on = threading.Event()

    def slow(connection, _):
        read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        go_on.wait(10)
        connection.sendall(b"4\r\nlast\r\n0\r\n\r\n")

    weir = guarded({"gateway": {"upstream": start_upstream(RawUpstream, slow).url}})
    client = connect(weir)
    client.request("GET", "/", key(weir))
    client.head()
    assert client._line() == "5" and client._line() == "first"  # before the upstream has sent the rest
    go_on.set()
    assert client._line() == "4" and client._line() == "last" and client._line() == "0"


def test_request_bodies_are_streamed_as_they_come(guarded, connect, key, start_upstream):
    first = threading.Event()

    def reading(connection, _):
        read_head(connection)
        data = b""
        while len(data) < 5:
            data += connection.recv(100)
        first.set()
        while len(data) < 10:
            data += connection.recv(100)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n" + data)

    weir = guarded({"gateway": {"upstream": start_upstream(RawUpstream, reading).url}})
    client = connect(weir)
    client.request("POST", "/", [*key(weir), ("Content-Length", "10")])
    client.send("hello")
    assert first.wait(5), "the first half was held back"
    assert client.send("world").answer("POST").body == b"helloworld"


def test_a_slow_reader_holds_the_upstream_back_and_costs_no_memory(guarded, connect, key):
    size = 200_000_000
    weir = guarded()
    client = connect(weir, receive_buffer=65536, timeout=60)
    before = weir.resident_bytes()
    client.request("GET", f"/bytes/{size}", key(weir))
    assert client.head().status == 200
    time.sleep(1)  # the answer would be here by now if nobody held it back
    assert weir.resident_bytes() - before < 16_000_000
    received = len(client.unread)
    while received < size:
        data = client.socket.recv(1 << 20)
        assert data
        received += len(data)
    assert received == size
    assert weir.resident_bytes() - before < 32_000_000


def test_a_slow_upstream_holds_the_sender_back(guarded, connect, key, start_upstream):
    drain = threading.Event()

    def slow(connection, _):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        read_head(connection)
        drain.wait(20)
        left = 100_000_000
        while left > 0:
            left -= len(connection.recv(1 << 20))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    weir = guarded({"gateway": {"upstream": start_upstream(RawUpstream, slow).url}})
    client = connect(weir, timeout=1)
    client.request("POST", "/", [*key(weir), ("Content-Length", "100000000")])
    before, sent, block = weir.resident_bytes(), 0, b"z" * 1_000_000
    with pytest.raises(TimeoutError):
        while sent < 100_000_000:
            sent += client.socket.send(block[:100_000_000 - sent])
    assert sent < 60_000_000 and weir.resident_bytes() - before < 16_000_000
    drain.set()
    client.socket.settimeout(30)
    while sent < 100_000_000:
        sent += client.socket.send(block[:100_000_000 - sent])
    assert client.answer("POST").status == 200


def test_a_client_that_leaves_is_recorded_and_its_upstream_let_go(guarded, connect, key, start_upstream):
    ended = threading.Event()

    def endless(connection, _):
        read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                connection.sendall(b"400\r\n" + b"e" * 1024 + b"\r\n")
        finally:
            ended.set()

    weir = guarded({"gateway": {"upstream": start_upstream(RawUpstream, endless).url}})
    client = connect(weir)
    client.request("GET", "/", key(weir))
    client.head()
    client.close()
    assert ended.wait(5)
    assert weir.wait_calls(1)[0]["outcome"] == "client_closed"


def test_a_client_that_leaves_while_the_upstream_works_is_noticed(guarded, connect, key, start_upstream):
    let_go = threading.Event()

    def thinking(connection, _):
        read_head(connection)
        if connection.recv(1) == b"":
            let_go.set()

    weir = guarded({"gateway": {"upstream": start_upstream(RawUpstream, thinking).url}})
    client = connect(weir)
    client.request("GET", "/", key(weir))
    time.sleep(0.2)
    client.close()
    assert let_go.wait(5), "the upstream works on for nobody"
    call = weir.wait_calls(1)[0]
    assert (call["outcome"], call["status_code"]) == ("client_closed", 499)
    assert weir.metrics()["weir_upstream_failures_total"] == 0


def test_a_client_that_waits_gets_its_late_answer(guarded, connect, key):
    weir = guarded()
    assert connect(weir).exchange("GET", "/sleep/2.5", key(weir)).body == b"late"


def test_a_big_answer_and_a_big_body_arrive_unchanged(guarded, connect, key, sample_api):
    weir = guarded()
    client = connect(weir, timeout=60)
    body = bytes(range(256)) * 20_000
    told = json.loads(client.exchange("POST", "/", key(weir), body).body)
    assert told["body"].encode("latin-1") == body
