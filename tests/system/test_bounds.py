"""Every bound of the gateway: what is answered there, and that good clients do not notice those at it."""
import json
import socket
import threading
import time

import pytest

from tests.harness.load import finish_load, start_load


@pytest.mark.parametrize("lines, status", [
    (["X: " + "a" * 40_000], 431),
    ([f"X-{number}: {number}" for number in range(150)], 431),
    (["X: " + "a" * 20_000], 200),
    ([f"X-{number}: {number}" for number in range(90)], 200),
])
def test_a_head_beyond_the_bound_is_431(guarded, connect, lines, status):
    weir = guarded()
    client = connect(weir)
    client.send(f"GET /bytes/1 HTTP/1.1\r\nHost: a\r\nX-API-Key: {weir.key}\r\n" + "\r\n".join(lines) + "\r\n\r\n")
    answer = client.answer()
    assert answer.status == status
    if status == 431:
        assert "detail" in json.loads(answer.body) and client.is_closed()
        assert weir.wait_calls(1)[0]["status_code"] == 431


def test_a_target_beyond_the_bound_is_414(guarded, connect):
    weir = guarded()
    key = [("X-API-Key", weir.key)]
    assert connect(weir).exchange("GET", "/bytes/1?" + "q" * 8000, key).status == 200
    client = connect(weir)
    assert client.exchange("GET", "/bytes/1?" + "q" * 9000, key).status == 414
    assert client.is_closed()


def test_a_body_beyond_the_bound_is_413(guarded, connect):
    weir = guarded({"gateway": {"bounds": {"body_bytes": "1KiB"}}})
    key = [("X-API-Key", weir.key)]
    assert connect(weir).exchange("POST", "/", key, b"a" * 1024).status == 200
    assert connect(weir).exchange("POST", "/", key, b"a" * 1025).status == 413
    client = connect(weir)
    client.request("POST", "/", [*key, ("Transfer-Encoding", "chunked")]).send(b"800\r\n" + b"a" * 2048 + b"\r\n0\r\n\r\n")
    assert client.answer("POST").status in (413, 502)


def test_a_head_that_does_not_end_is_408(guarded, connect):
    weir = guarded({"gateway": {"bounds": {"head_timeout": "1s"}}})
    client = connect(weir)
    start = time.monotonic()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n")
    answer = client.answer()
    assert answer.status == 408 and time.monotonic() - start < 4
    assert client.is_closed()


def test_a_body_that_does_not_come_is_408(guarded, connect):
    weir = guarded({"gateway": {"bounds": {"body_timeout": "1s"}}})
    client = connect(weir)
    client.request("POST", "/", [("X-API-Key", weir.key), ("Content-Length", "100")]).send("some")
    assert client.answer("POST").status == 408


def test_an_idle_connection_is_closed(guarded, connect):
    weir = guarded({"gateway": {"bounds": {"idle_timeout": "1s"}}})
    client = connect(weir)
    assert client.exchange("GET", "/", [("X-API-Key", weir.key)]).status == 200
    assert client.is_closed(4)
    assert connect(weir).is_closed(4)  # one that never said anything


def test_connections_beyond_the_bound_are_503(guarded, connect):
    weir = guarded({"gateway": {"bounds": {"connections": 10}, "threads": 2}})
    clients = [connect(weir) for _ in range(10)]
    for client in clients:
        assert client.exchange("GET", "/", [("X-API-Key", weir.key)]).status == 200
    extra = connect(weir)
    extra.request("GET", "/", [("X-API-Key", weir.key)])
    answer = extra.answer()
    assert answer.status == 503 and extra.is_closed()
    assert any("refused" in name and value >= 1 for name, value in weir.metrics().items() if "connection" in name)
    for client in clients:
        client.close()
    time.sleep(0.5)
    assert connect(weir).exchange("GET", "/", [("X-API-Key", weir.key)]).status == 200


def test_idle_and_slow_connections_do_not_disturb_a_good_client(start_weir, fast_upstream, high_limits, long_form):
    idle, slow, seconds = (10_000, 200, 10) if long_form else (1_000, 200, 2)
    # This process holds the clients' ends and the server is another: each must be allowed as many descriptors.
    import resource
    idle = min(idle, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 1_000)
    weir = start_weir({"gateway": {"upstream": fast_upstream, "bounds": {"head_timeout": "60s"}}, "limits": high_limits})
    key = weir.create_key()["key"]
    alone = finish_load(start_load(weir, key, seconds=seconds, connections=8))
    held = []
    stop = threading.Event()
    before = weir.resident_bytes()
    try:
        for _ in range(idle):
            held.append(socket.create_connection(("127.0.0.1", weir.port), timeout=10))
        for _ in range(slow):
            client = socket.create_connection(("127.0.0.1", weir.port), timeout=10)
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")
            held.append(client)

        def drip():
            while not stop.wait(0.5):
                for client in held[idle:]:
                    client.send(b"X")

        dripping = threading.Thread(target=drip, daemon=True)
        dripping.start()
        crowded = finish_load(start_load(weir, key, seconds=seconds, connections=8))
        each = (weir.resident_bytes() - before) / len(held)
        print(f"p99 alone {alone['p99_us']} µs, beside {idle} idle and {slow} slow {crowded['p99_us']} µs; "
              f"{each:.0f} bytes a held connection")
        assert set(crowded["statuses"]) == {200} and crowded["failures"] == 0
        assert each < 64 * 1024
    finally:
        stop.set()
        for client in held:
            client.close()
