"""What weir speaks over: tunnels, TLS on both sides, Unix sockets."""
import json
import ssl

import pytest

from tests.harness.raw import Client
from tests.harness.upstream import RawUpstream, Upstream, read_head, seen_headers
from tests.harness.weir import eventually


def test_websockets_are_tunnelled(guarded, key):
    websockets = pytest.importorskip("websockets")
    import asyncio

    async def both(weir_config):
        async def echo(websocket, *_):
            async for message in websocket:
                await websocket.send(message)

        async with websockets.serve(echo, "127.0.0.1", 0, max_size=None) as server:
            port = server.sockets[0].getsockname()[1]
            loop = asyncio.get_running_loop()
            weir = await loop.run_in_executor(None, lambda: guarded({"gateway": {"upstream": f"http://127.0.0.1:{port}"}}))
            url = f"ws://127.0.0.1:{weir.port}/socket"
            async with websockets.connect(url, extra_headers=key(weir), max_size=None) as websocket:
                for message in ("hello", b"\x00\x01" * 1000, "x" * 1_000_000):
                    await websocket.send(message)
                    assert await asyncio.wait_for(websocket.recv(), 10) == message
            with pytest.raises(websockets.InvalidStatusCode) as refused:
                async with websockets.connect(url):
                    pass
            assert refused.value.status_code == 401
            return weir

    weir = asyncio.run(both(None))
    calls = weir.wait_calls(2)
    assert sorted(call["status_code"] for call in calls) == [101, 401]


def echoing_tunnel(connection, _):
    """Agrees to any upgrade, then sends back whatever comes."""
    read_head(connection)
    connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
    while data := connection.recv(65536):
        connection.sendall(data)


UPGRADE = [("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Key", "x"), ("Sec-WebSocket-Version", "13")]


def test_a_tunnel_is_recorded_when_it_begins_and_its_bytes_are_counted(guarded, connect, key, start_upstream):
    weir = guarded({"gateway": {"upstream": start_upstream(RawUpstream, echoing_tunnel).url}})
    client = connect(weir)
    assert client.request("GET", "/socket", [*key(weir), *UPGRADE]).head().status == 101
    call = weir.wait_calls(1)[0]
    assert (call["path"], call["status_code"], call["outcome"]) == ("/socket", 101, "forwarded")
    client.send("ping")
    eventually(lambda: weir.metrics()['weir_tunnel_bytes_total{direction="out"}'] == 4)
    assert weir.metrics()["weir_tunnels"] == 1
    client.close()
    eventually(lambda: weir.metrics()["weir_tunnels"] == 0)
    assert weir.metrics()['weir_tunnel_bytes_total{direction="in"}'] == 4
    assert len(weir.calls()) == 1


def test_a_kill_in_the_middle_of_a_tunnel_loses_no_record(guarded, connect, key, start_upstream):
    weir = guarded({"gateway": {"upstream": start_upstream(RawUpstream, echoing_tunnel).url}})
    client = connect(weir)
    assert client.request("GET", "/socket", [*key(weir), *UPGRADE]).head().status == 101
    assert client.send("ping").socket.recv(4) == b"ping"
    weir.kill()
    weir.start()
    assert [call["status_code"] for call in weir.wait_calls(1)] == [101]


def test_an_upgrade_the_upstream_does_not_want_is_an_ordinary_answer(guarded, connect, key):
    weir = guarded()
    client = connect(weir)
    assert client.exchange("GET", "/bytes/5", [*key(weir), *UPGRADE]).body == b"xxxxx"
    assert client.exchange("GET", "/bytes/6", key(weir)).body == b"xxxxxx"


def test_tls_on_the_listener(guarded, connect, key, certificates):
    weir = guarded({"gateway": {"tls": {"certificate": str(certificates["certificate"]), "key": str(certificates["key"])}}})
    context = ssl.create_default_context(cafile=certificates["ca"])
    client = connect(weir, tls=context, hostname="localhost")
    for _ in range(3):
        answer = client.exchange("GET", "/", key(weir))
        assert seen_headers(answer)["x-forwarded-proto"] == ["https"]
    assert client.socket.version() in ("TLSv1.2", "TLSv1.3")
    assert len(client.exchange("GET", "/bytes/3000000", key(weir)).body) == 3_000_000
    with pytest.raises((ssl.SSLError, OSError)):
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        connect(weir, tls=old, hostname="localhost")


def test_tls_to_the_upstream_is_verified(guarded, connect, key, certificates, start_upstream):
    secure = start_upstream(Upstream, "secure", certificate=(certificates["certificate"], certificates["key"]))
    weir = guarded({"gateway": {"upstream": secure.url.replace("127.0.0.1", "localhost"),
                                "upstream_ca_file": str(certificates["ca"])}})
    client = connect(weir)
    for _ in range(3):
        assert json.loads(client.exchange("GET", "/", key(weir)).body)["upstream"] == "secure"


def test_an_upstream_with_a_certificate_of_nobody_known_is_refused(guarded, connect, key, certificates, start_upstream):
    secure = start_upstream(Upstream, "secure", certificate=(certificates["certificate"], certificates["key"]))
    weir = guarded({"gateway": {"upstream": secure.url.replace("127.0.0.1", "localhost")}})
    assert connect(weir).exchange("GET", "/", key(weir)).status == 502
    assert secure.seen == []


def test_unix_sockets_on_both_sides(guarded, key, folder, start_upstream):
    server = start_upstream(Upstream, "unix", unix_path=folder / "api.sock")
    weir = guarded({"gateway": {"listen": f"unix:{folder}/weir.sock", "upstream": server.url}})
    with Client(f"{folder}/weir.sock") as client:
        for _ in range(3):
            assert json.loads(client.exchange("GET", "/", key(weir)).body)["upstream"] == "unix"
    weir.kill()
    weir.start()  # over the socket file the killed one left
    with Client(f"{folder}/weir.sock") as client:
        assert client.exchange("GET", "/", key(weir)).status == 200
