"""What passes through weir: messages of every shape, both ways, to every kind of upstream."""
import json
import time

import pytest

from tests.harness.raw import Closed
from tests.harness.upstream import RawUpstream, Upstream, read_head, seen_headers


def test_connections_are_kept_alive_on_both_sides(guarded, connect, key):
    weir = guarded({"gateway": {"threads": 1}})
    client = connect(weir)
    ports = {json.loads(client.exchange("GET", "/", key(weir)).body)["connection"] for _ in range(10)}
    assert len(ports) == 1


def test_connection_close_is_obeyed(guarded, connect, key):
    weir = guarded()
    client = connect(weir)
    answer = client.exchange("GET", "/", [*key(weir), ("Connection", "close")])
    assert answer.status == 200 and answer["Connection"].lower() == "close"
    assert client.is_closed()


def test_http_1_0_is_answered_and_closed(guarded, connect):
    weir = guarded()
    client = connect(weir)
    client.send(f"GET /chunked/3 HTTP/1.0\r\nX-API-Key: {weir.key}\r\n\r\n")
    answer = client.answer()
    assert answer.status == 200 and answer.body == b"line 0\nline 1\nline 2\n"
    assert "Transfer-Encoding" not in answer and client.is_closed()


def test_http_1_0_with_keep_alive_stays_open(guarded, connect):
    weir = guarded()
    client = connect(weir)
    for _ in range(2):
        answer = client.send(f"GET / HTTP/1.0\r\nConnection: keep-alive\r\nX-API-Key: {weir.key}\r\n\r\n").answer()
        assert answer.status == 200 and answer["Connection"].lower() == "keep-alive"


def test_pipelined_requests_are_answered_in_order(guarded, connect):
    weir = guarded()
    client = connect(weir)
    client.send("".join(f"GET /n/{number}x HTTP/1.1\r\nHost: a\r\nX-API-Key: {weir.key}\r\n\r\n" for number in range(50)))
    targets = [json.loads(client.answer().body)["target"] for _ in range(50)]
    assert targets == [f"/n/{number}x" for number in range(50)]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"])
def test_method_target_and_body_arrive_as_sent(guarded, connect, key, method):
    weir = guarded()
    body = b"" if method == "GET" else bytes(range(256))
    answer = connect(weir).exchange(method, "/a%2Fb/c?q=1&q=%20", key(weir), body)
    told = json.loads(answer.body)
    assert told["method"] == method and told["body"].encode("latin-1") == body
    assert told["target"].endswith("c?q=1&q=%20")


@pytest.mark.parametrize("target", ["/a/../b", "/a/./b", "/..", "/a/%2e%2e/b"])
def test_dot_segments_are_refused(guarded, connect, key, upstream, target):
    weir = guarded()
    assert connect(weir).exchange("GET", target, key(weir)).status == 400
    assert upstream.seen == []


def test_chunked_bodies_and_trailers_go_both_ways(guarded, connect, key):
    weir = guarded()
    client = connect(weir)
    client.request("POST", "/", [*key(weir), ("Transfer-Encoding", "chunked"), ("Trailer", "X-Sum")])
    client.send("5\r\nhello\r\n1;ext=1\r\n \r\n5\r\nworld\r\n0\r\nX-Sum: 11\r\n\r\n")
    told = json.loads(client.answer().body)
    assert told["body"] == "hello world"
    answer = client.exchange("GET", "/chunked/4", key(weir))
    assert answer.body == b"line 0\nline 1\nline 2\nline 3\n"
    assert answer["Transfer-Encoding"] == "chunked"
    assert answer.trailers in ([], [("X-Lines", "4")])


def test_expect_100_continue(guarded, connect, key):
    weir = guarded()
    client = connect(weir)
    client.request("POST", "/", [*key(weir), ("Expect", "100-continue"), ("Content-Length", "5")])
    assert client.head().status == 100
    answer = client.send("hello").answer("POST")
    assert answer.status == 200 and json.loads(answer.body)["body"] == "hello"


def test_a_refused_request_gets_its_final_status_instead_of_100(guarded, connect):
    client = connect(guarded())
    client.request("POST", "/", [("Expect", "100-continue"), ("Content-Length", "5")])
    assert client.answer("POST").status == 401


def test_interim_answers_do_not_confuse_the_final_one(guarded, connect, key, start_upstream):
    def early_hints(connection, _):
        while read_head(connection):
            connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
                               b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    weir = guarded({"gateway": {"upstream": start_upstream(RawUpstream, early_hints).url}})
    client = connect(weir)
    for _ in range(2):
        interim = []
        answer = client.request("GET", "/", key(weir)).answer(interim=interim)
        assert answer.status == 200 and answer.body == b"ok"
        assert [each.status for each in interim] in ([], [103])


@pytest.mark.parametrize("target, status", [("/bytes/1000", 200), ("/chunked/3", 200), ("/status/404", 404)])
def test_head_has_the_headers_and_no_body(guarded, connect, key, target, status):
    weir = guarded()
    client = connect(weir)
    answer = client.exchange("HEAD", target, key(weir))
    assert answer.status == status
    if target == "/bytes/1000":
        assert answer["Content-Length"] == "1000"
    assert client.exchange("GET", "/bytes/3", key(weir)).body == b"xxx"  # nothing of a body was left behind


@pytest.mark.parametrize("status", [204, 304])
def test_statuses_without_a_body(guarded, connect, key, status):
    weir = guarded()
    client = connect(weir)
    answer = client.exchange("GET", f"/status/{status}", key(weir))
    assert answer.status == status and "Transfer-Encoding" not in answer
    assert client.exchange("GET", "/bytes/3", key(weir)).body == b"xxx"


@pytest.mark.parametrize("status", [201, 301, 400, 404, 418, 500, 503, 599])
def test_every_status_of_the_upstream_is_passed_on(guarded, connect, key, status):
    weir = guarded()
    answer = connect(weir).exchange("GET", f"/status/{status}", key(weir))
    assert (answer.status, answer.body) == (status, f"status {status}".encode())
    assert "X-RateLimit-Minute-Limit" in answer


def test_close_delimited_answers_arrive_whole(guarded, connect, key):
    weir = guarded()
    client = connect(weir)
    assert client.exchange("GET", "/close/100000", key(weir)).body == b"c" * 100_000


def test_a_broken_off_answer_is_seen_as_broken(guarded, connect, key, start_upstream):
    def broken(connection, _):
        read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")

    weir = guarded({"gateway": {"upstream": start_upstream(RawUpstream, broken).url}})
    with pytest.raises(Closed):
        connect(weir).exchange("GET", "/", key(weir))
    assert weir.wait_calls(1)[0]["outcome"] == "upstream_aborted"


def test_hop_by_hop_fields_end_at_weir(guarded, connect, key):
    weir = guarded()
    hops = [("Connection", "keep-alive, X-Mine"), ("X-Mine", "1"), ("Keep-Alive", "timeout=5"), ("TE", "gzip"),
            ("Proxy-Connection", "keep-alive"), ("Proxy-Authorization", "Basic eA=="), ("X-Kept", "2")]
    received = seen_headers(connect(weir).exchange("GET", "/", [*key(weir), *hops]))
    for name in ("x-mine", "keep-alive", "te", "proxy-connection"):
        assert name not in received, name
    assert received["x-kept"] == ["2"]


def test_the_upstream_learns_who_called_and_not_the_key(guarded, connect, key):
    weir = guarded()
    created = weir.create_key(name="second")
    spoof = [("X-Weir-User-Id", "1000"), ("X-Weir-Key-Id", "1000"), ("x-weir-key-id", "7777")]
    received = seen_headers(connect(weir).exchange("GET", "/", [("X-API-Key", created["key"]), *spoof]))
    assert received["x-weir-key-id"] == [str(created["id"])]
    assert received["x-weir-user-id"] == [str(created["user_id"])]
    assert "x-api-key" not in received


def test_the_key_is_passed_on_when_configured(guarded, connect, key):
    weir = guarded({"gateway": {"forward_api_key": True}})
    assert seen_headers(connect(weir).exchange("GET", "/", key(weir)))["x-api-key"] == [weir.key]


def test_forwarded_headers_of_strangers_are_not_believed(guarded, connect, key):
    weir = guarded()
    lies = [("X-Forwarded-For", "8.8.8.8"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil")]
    received = seen_headers(connect(weir).exchange("GET", "/", [*key(weir), *lies]))
    assert received["x-forwarded-for"] == ["127.0.0.1"]
    assert received["x-forwarded-proto"] == ["http"]
    assert received["x-forwarded-host"] == ["test"]
    assert weir.wait_calls(1)[0]["source"] == "127.0.0.1"


def test_a_trusted_proxys_word_is_believed(guarded, connect, key):
    weir = guarded({"gateway": {"trusted_proxies": ["127.0.0.0/8", "10.0.0.0/8"]}})
    lies = [("X-Forwarded-For", "1.2.3.4, 8.8.8.8, 10.1.1.1"), ("X-Forwarded-Proto", "https")]
    received = seen_headers(connect(weir).exchange("GET", "/", [*key(weir), *lies]))
    assert received["x-forwarded-for"] == ["1.2.3.4, 8.8.8.8, 10.1.1.1, 127.0.0.1"]
    assert received["x-forwarded-proto"] == ["https"]
    assert weir.wait_calls(1)[0]["source"] == "8.8.8.8"


def test_routes_by_the_longest_prefix_of_whole_segments(guarded, connect, key, start_upstream):
    reports, base = start_upstream(Upstream, "reports"), start_upstream(Upstream, "base")
    weir = guarded({"gateway": {"routes": [{"path": "/v1/reports", "upstream": reports.url},
                                           {"path": "/old", "upstream": base.url + "/base"}]}})
    client = connect(weir)
    told = {}
    for target in ("/v1/reports", "/v1/reports/3", "/v1/reportsx", "/v1", "/old/x?y=1"):
        answer = json.loads(client.exchange("GET", target, key(weir)).body)
        told[target] = (answer["upstream"], answer["target"])
    assert told["/v1/reports"][0] == told["/v1/reports/3"][0] == "reports"
    assert told["/v1/reportsx"][0] == told["/v1"][0] == "upstream"
    assert told["/old/x?y=1"] == ("base", "/base/old/x?y=1")


def test_round_robin_leaves_out_a_dead_upstream(guarded, connect, key, start_upstream):
    one, two = start_upstream(Upstream, "one"), start_upstream(Upstream, "two")
    weir = guarded({"gateway": {"upstream": None, "threads": 1, "routes": [
        {"path": "/", "upstreams": [one.url, two.url]}]}})
    client = connect(weir)
    ask = lambda: json.loads(client.exchange("GET", "/", key(weir)).body)["upstream"]
    assert sorted(ask() for _ in range(10)) == ["one"] * 5 + ["two"] * 5
    two.stop()
    answers = [client.exchange("GET", "/", key(weir)) for _ in range(20)]
    served = [answer for answer in answers if answer.status == 200]
    assert len(served) >= 19, [answer.status for answer in answers]
    assert {json.loads(answer.body)["upstream"] for answer in served[4:]} == {"one"}


def test_an_idempotent_request_is_tried_again_when_the_pooled_connection_was_closed(guarded, connect, key, start_upstream):
    requests = []

    def once(connection, number):
        head = read_head(connection)
        requests.append((number, head.split(b" ")[0]))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        if head.startswith(b"GET /last"):
            return  # closed without a word, although keep-alive was promised
        head = read_head(connection)
        requests.append((number, head.split(b" ")[0]))  # the second on this connection: closed unanswered

    server = start_upstream(RawUpstream, once)
    weir = guarded({"gateway": {"upstream": server.url, "threads": 1}})
    client = connect(weir)
    assert client.exchange("GET", "/first", key(weir)).status == 200
    assert client.exchange("GET", "/last", key(weir)).status == 200  # answered by a second connection
    assert server.connections == 2
    time.sleep(0.2)
    assert client.exchange("GET", "/third", key(weir)).status == 200


def test_a_request_that_is_not_idempotent_is_not_sent_twice(guarded, connect, key, start_upstream):
    posts = []

    def once(connection, number):
        read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        if read_head(connection).startswith(b"POST"):
            posts.append(number)

    weir = guarded({"gateway": {"upstream": start_upstream(RawUpstream, once).url, "threads": 1}})
    client = connect(weir)
    assert client.exchange("GET", "/", key(weir)).status == 200
    answer = client.exchange("POST", "/", key(weir), b"pay")
    assert answer.status == 502 and len(posts) == 1
