"""Real traffic through the gateway: the requests of a log, answered as it says, add up to what awk makes of the log."""
import collections
import concurrent.futures
import re
import subprocess

from tests.harness import places
from tests.harness.raw import Client
from tests.harness.upstream import Replaying, Upstream
from tests.harness.weir import eventually

LOG = places.ROOT / "tests" / "data" / "nasa_aug95.log"
LINE = re.compile(r'"(\S+) (\S+?)(?: HTTP/V?1\.0)?" (\d+) (\d+|-)$')
CONNECTIONS = 8

# What the gateway lets nobody ask an upstream for: it answers 400 itself, and records it.
DOTTED = r'$7 ~ /\/\.\//'
# A path without query, and its endpoint as the templates below have it.
PREPARE = r'''{ split($7, q, "[?\"]"); p = q[1]; sub(/\/+$/, "", p); parts = split(p, s, "/")
                e = p == "" ? "/" : parts == 2 ? "/{page}" : "/" s[2] "/{rest*}"; code = $(NF-1); bytes = $NF }
              ''' + DOTTED + r''' { code = 400; bytes = 0 }
              /"HEAD / { bytes = 0 }'''


def awk(program):
    """{key: number} of what an awk program prints: a key with spaces, and a number."""
    text = subprocess.run(["awk", PREPARE + program, str(LOG)], check=True, capture_output=True, text=True).stdout
    return {key: int(number) for key, number in (line.rsplit(" ", 1) for line in text.splitlines())}


def replay(weir, lines):
    """Sends each line's request on one connection; how many answers were not as the line says."""
    odd, connect = 0, lambda: Client(("127.0.0.1", weir.port), timeout=30)
    client = connect()
    for line in lines:
        method, target, status, size = LINE.search(line).groups()
        answer = client.exchange(method, target, [("X-API-Key", weir.key), ("X-Logged", f"{status} {size.replace('-', '0')}")])
        odd += answer.status != int(status)
        if answer.status == 400:  # and closed
            client.close()
            client = connect()
    client.close()
    return odd


def test_a_log_replayed_through_the_gateway_adds_up_to_awks_sums(guarded, start_upstream, long_form):
    rounds = 20 if long_form else 1
    endpoints = awk('{ n[e]++ } END { for (k in n) print k, n[k] }')
    site = start_upstream(Upstream, handler=Replaying)
    weir = guarded({"gateway": {"upstream": site.url}, "usage": {"endpoints": sorted(endpoints)}})
    lines = LOG.read_text().splitlines()
    with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
        for _ in range(rounds):
            odd = sum(pool.map(lambda part: replay(weir, part), [lines[i::CONNECTIONS] for i in range(CONNECTIONS)]))
            assert odd == awk(DOTTED + ' { n++ } END { print "", n }')[""]
    summary = lambda **query: weir.api("GET", "/usage/summary", params={"limit": 1000, **query})
    total = len(lines) * rounds
    eventually(lambda: summary()["total"]["requests"] == total, 20, lambda: f"{summary()['total']['requests']} of {total}")

    times = lambda sums: {name: count * rounds for name, count in sums.items()}
    groups = lambda **query: {item["name"]: item["requests"] for item in summary(**query)["items"]}
    assert groups(group_by="endpoint") == times(endpoints)
    assert groups(group_by="status") == times(awk('{ n[code]++ } END { for (k in n) print k, n[k] }'))
    pairs = {f"{endpoint} {status}": count for endpoint in endpoints
             for status, count in groups(group_by="status", endpoint=endpoint).items()}
    assert pairs == times(awk('{ n[e " " code]++ } END { for (k in n) print k, n[k] }'))

    calls = weir.calls()
    of_weir = [call for call in calls if call["status_code"] == 400]  # its own body; before it looked at the key
    assert len(calls) == total and len(of_weir) == odd * rounds
    assert summary()["total"]["bytes_out"] - sum(call["bytes_out"] for call in of_weir) \
        == awk('{ n += bytes } END { print "", n }')[""] * rounds
    assert collections.Counter(f"{call['path']} {call['status_code']}" for call in calls) \
        == times(awk('{ n[q[1] " " code]++ } END { for (k in n) print k, n[k] }'))
    assert weir.api("GET", "/keys")["items"][0]["usage_count"] == total - len(of_weir)
