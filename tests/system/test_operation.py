"""Running weir: signals, reloads, folders that cannot be used, full disks, health and metrics."""
import contextlib
import os
import shutil
import signal
import subprocess
import time

import pytest
import requests

from tests.harness import places
from tests.harness.load import finish_load, run_load, start_load
from tests.harness.weir import eventually


def test_two_servers_on_one_folder(guarded, start_weir):
    first = guarded()
    second = start_weir({"data_dir": str(first.data_dir), "gateway": {"upstream": "http://127.0.0.1:1"}}, launch=False).launch()
    assert second.process.wait(10) != 0
    assert str(first.data_dir) in second.log() and str(first.process.pid) in second.log()
    assert requests.get(f"{first.admin_url}/readyz", timeout=5).status_code == 200


def test_a_data_folder_of_a_newer_version(guarded):
    weir = guarded()
    weir.stop()
    marker = weir.data_dir / "format"
    before = {path: path.stat().st_mtime_ns for path in weir.data_dir.rglob("*.db*")}
    marker.write_text("999 9.9.9\n")
    weir.launch()
    assert weir.process.wait(10) != 0
    assert "999" in weir.log() and "9.9.9" in weir.log()
    assert {path: path.stat().st_mtime_ns for path in weir.data_dir.rglob("*.db*")} == before


def test_a_missing_pepper_beside_stored_keys_is_not_replaced(guarded, connect):
    weir = guarded()
    weir.stop()
    pepper = weir.data_dir / "pepper"
    kept = pepper.read_bytes()
    pepper.unlink()
    after = len(weir.log())
    weir.launch()
    assert weir.process.wait(10) == 1
    assert f"'{pepper}' is missing" in weir.log()[after:] and "Restore it from a backup" in weir.log()[after:]
    assert not pepper.exists()
    pepper.write_bytes(kept)
    pepper.chmod(0o600)
    weir.start()
    assert connect(weir).exchange("GET", "/", [("X-API-Key", weir.key)]).status == 200


def test_a_folder_that_cannot_be_made(start_weir, folder):
    (folder / "file").write_text("not a folder")
    weir = start_weir({"data_dir": str(folder / "file" / "data"), "gateway": {"upstream": "http://127.0.0.1:1"}},
                      launch=False).launch()
    assert weir.process.wait(10) != 0
    assert str(folder / "file") in weir.log()


def test_an_unwritable_folder(start_weir, folder):
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("root may write everywhere, and there is no setpriv")
    locked = folder / "locked"
    locked.mkdir(mode=0o555)
    os.chmod(folder, 0o755)
    prefix = ["setpriv", "--reuid=65534", "--clear-groups", "--"] if os.geteuid() == 0 else []
    weir = start_weir({"data_dir": str(locked / "data"), "gateway": {"upstream": "http://127.0.0.1:1"}}, launch=False,
                      prefix=prefix)
    os.chmod(weir.folder, 0o755)
    reachable = subprocess.run([*prefix, places.binary("weir"), "version"], capture_output=True)
    if reachable.returncode != 0:
        pytest.skip("another user cannot run the binary where it lies")
    weir.launch()
    assert weir.process.wait(10) != 0
    assert str(locked) in weir.log() and "ermission denied" in weir.log()


def test_an_address_in_use_is_named(guarded, start_weir):
    first = guarded()
    second = start_weir({"gateway": {"listen": f"127.0.0.1:{first.port}", "upstream": "http://127.0.0.1:1"}},
                        launch=False).launch()
    assert second.process.wait(10) != 0
    assert str(first.port) in second.log()


def test_a_server_without_upstream_says_what_to_do(start_weir):
    weir = start_weir({}, launch=False).launch()
    assert weir.process.wait(10) == 2
    assert "--upstream" in weir.log()


@pytest.fixture
def small_disk(folder):
    """A file system of 24 MiB; unmounted when the servers have ended."""
    small = folder / "small"
    small.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(small)],
                                           capture_output=True).returncode != 0:
        pytest.skip("no small file system can be mounted here")
    yield small
    subprocess.run(["umount", "-l", str(small)], check=True)


def fill(path):
    """Fills the disk that `path` is on."""
    with contextlib.suppress(OSError), open(path, "wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 65536)


def test_a_full_disk_drops_records_visibly_and_serves_on(small_disk, start_weir, fast_upstream, high_limits, folder):
    weir = start_weir({"data_dir": str(small_disk / "data"), "gateway": {"upstream": fast_upstream, "threads": 1},
                       "journal": {"max_bytes": "4MiB", "reserve_bytes": 0}, "limits": high_limits})
    key = weir.create_key()["key"]
    filler = small_disk / "filler"
    fill(filler)
    report = run_load(weir, key, seconds=3)
    assert set(report["statuses"]) == {200} and report["failures"] == 0, report
    assert weir.process.poll() is None
    dropped = weir.metrics()
    assert any("dropped" in name and value > 0 for name, value in dropped.items()), dropped
    filler.unlink()
    report = run_load(weir, key, requests=10, ids="after-", answers=folder / "answers")
    assert report["statuses"] == {200: 10}

    def stored():
        run_load(weir, key, requests=1, connections=1, ids=f"later-{time.monotonic_ns()}-", answers=folder / "answers")
        return any(call["request_id"].startswith("later-") for call in weir.api("GET", "/usage")["items"])

    eventually(stored, 20, lambda: "nothing is recorded after there is room again")
    [alert] = eventually(lambda: weir.api("GET", "/alerts", params={"type": "records_dropped"})["items"], 20)
    assert alert["severity"] == "critical" and alert["value"] > 0


def test_the_store_catches_up_once_a_full_disk_has_room_again(small_disk, start_weir, fast_upstream, high_limits):
    weir = start_weir({"data_dir": str(small_disk / "data"), "gateway": {"upstream": fast_upstream, "threads": 1},
                       "journal": {"max_bytes": "64MiB", "reserve_bytes": "8MiB"}, "limits": high_limits})
    key = weir.create_key()
    filler = small_disk / "filler"
    fill(filler)
    assert set(run_load(weir, key["key"], seconds=2)["statuses"]) == {200}
    weir.wait_log("calls cannot be stored")
    filler.unlink()
    assert set(run_load(weir, key["key"], seconds=2)["statuses"]) == {200}  # the journal grows again, up to the reserve
    unread = lambda: weir.metrics()["weir_journal_unread_bytes"]
    eventually(lambda: unread() == 0, 20, lambda: f"{unread()} bytes wait in the journal")
    kept = weir.metrics()["weir_journal_records_total"]
    assert weir.api("GET", f"/keys/{key['id']}")["usage_count"] == kept


def test_the_journals_bound_holds_while_the_store_cannot_keep_up(start_weir, fast_upstream, high_limits):
    weir = start_weir({"gateway": {"upstream": fast_upstream, "threads": 1}, "limits": high_limits,
                       "journal": {"segment_bytes": "64KiB", "max_bytes": "128KiB"}})
    key = weir.create_key()["key"]
    report = run_load(weir, key, seconds=2)
    assert set(report["statuses"]) == {200} and report["failures"] == 0
    size = sum(path.stat().st_blocks * 512 for path in (weir.data_dir / "journal").rglob("*") if path.is_file())
    assert size <= 1 << 20  # the bound, and what little stands beside it
    eventually(lambda: len(weir.api("GET", "/usage")["items"]) > 0)


def test_sigterm_lets_requests_in_flight_end(guarded, connect):
    weir = guarded()
    client = connect(weir)
    idle = connect(weir)
    client.request("GET", "/sleep/1", [("X-API-Key", weir.key)])
    time.sleep(0.3)
    weir.process.send_signal(signal.SIGTERM)
    answer = client.answer()
    assert answer.status == 200 and answer.body == b"late"
    assert weir.process.wait(10) == 0
    assert idle.is_closed()
    weir.start()
    assert weir.calls()[0]["path"] == "/sleep/1"


def test_the_drain_has_an_end(guarded, connect):
    weir = guarded({"gateway": {"drain_timeout": "1s"}})
    client = connect(weir)
    client.request("GET", "/sleep/20", [("X-API-Key", weir.key)])
    time.sleep(0.3)
    start = time.monotonic()
    weir.process.send_signal(signal.SIGTERM)
    assert weir.process.wait(10) == 0
    assert time.monotonic() - start < 6


def test_no_request_is_lost_by_a_stop_under_load(start_weir, fast_upstream, high_limits, folder):
    weir = start_weir({"gateway": {"upstream": fast_upstream, "threads": 2}, "limits": high_limits})
    key = weir.create_key()
    load = start_load(weir, key["key"], seconds=10, connections=32, ids="s-", answers=folder / "answers", stop_on_failure=True)
    time.sleep(0.5)
    assert weir.stop() == 0
    finish_load(load)
    answered = {line.split()[0] for line in (folder / "answers").read_text().splitlines()}
    weir.start()
    stored = [call["request_id"] for call in weir.wait_calls(len(answered), seconds=30, key_id=key["id"])]
    assert len(stored) == len(set(stored)) and answered <= set(stored)


def test_sighup_puts_a_good_file_in_force(guarded, connect, start_upstream):
    from tests.harness.upstream import Upstream
    import json

    weir = guarded()
    client = connect(weir)
    other = start_upstream(Upstream, "other")
    weir.configure({"gateway": {"upstream": other.url}})
    after = len(weir.log())
    weir.reload()
    weir.wait_log("reloaded", after=after)
    answer = client.exchange("GET", "/", [("X-API-Key", weir.key)])  # the connection stays
    assert json.loads(answer.body)["upstream"] == "other"


def test_sighup_refuses_a_bad_file_with_line_and_reason(guarded, connect):
    weir = guarded()
    weir.config_file.write_text(weir.config_file.read_text().replace('"gateway"', '"gatewy"'))
    after = len(weir.log())
    weir.reload()
    weir.wait_log("gatewy", after=after)
    line = next(number for number, text in enumerate(weir.config_file.read_text().splitlines(), 1) if "gatewy" in text)
    assert f"{weir.config_file}:{line}" in weir.log()[after:]
    assert connect(weir).exchange("GET", "/", [("X-API-Key", weir.key)]).status == 200


def test_a_bad_file_at_the_start_names_line_field_and_bound(start_weir):
    weir = start_weir({"gateway": {"upstream": "http://127.0.0.1:1", "bounds": {"head_timeout": "0s"}, "thredas": 1}},
                      launch=False).launch()
    assert weir.process.wait(10) == 2
    log = weir.log()
    assert "thredas" in log and "head_timeout" in log and f"{weir.config_file}:" in log


def test_health_and_readiness(guarded, connect):
    weir = guarded()
    assert requests.get(f"{weir.admin_url}/healthz", timeout=5).status_code == 200
    assert requests.get(f"{weir.admin_url}/readyz", timeout=5).status_code == 200
    client = connect(weir)
    client.request("GET", "/sleep/2", [("X-API-Key", weir.key)])
    time.sleep(0.2)
    weir.process.send_signal(signal.SIGTERM)
    seen = []

    def not_ready():
        try:
            seen.append(requests.get(f"{weir.admin_url}/readyz", timeout=1).status_code)
        except requests.RequestException:
            seen.append("gone")
        return seen[-1] != 200

    eventually(not_ready, 1.5)
    assert client.answer().status == 200


def test_metrics_tell_what_happened(guarded, connect):
    weir = guarded()
    client = connect(weir)
    for _ in range(3):
        client.exchange("GET", "/", [("X-API-Key", weir.key)])
    client.exchange("GET", "/")
    metrics = weir.metrics()
    assert metrics['weir_requests_total{outcome="forwarded"}'] == 3
    assert metrics['weir_requests_total{outcome="missing_key"}'] == 1
    assert metrics['weir_http_request_duration_seconds_count{route="/"}'] == 4
    assert 'weir_http_request_duration_seconds_bucket{route="/",le="0.005"}' in metrics
    assert any(name.startswith("weir_journal_") for name in metrics)
    text = requests.get(f"{weir.admin_url}/metrics", timeout=5).text
    assert weir.key not in text
    for name in {line.split("{")[0].split(" ")[0] for line in text.splitlines() if line and not line.startswith("#")}:
        family = name
        for suffix in ("_bucket", "_count", "_sum"):
            family = family.removesuffix(suffix)
        assert f"# TYPE {family} " in text or f"# TYPE {name} " in text, name
        assert f"# HELP {family} " in text or f"# HELP {name} " in text, name


def test_logs_as_json_lines_without_secrets(guarded, connect):
    import json

    weir = guarded({"log": {"format": "json", "level": "debug"}})
    client = connect(weir)
    client.exchange("GET", "/?token=hidden-in-query", [("X-API-Key", weir.key)])
    client.exchange("GET", "/x", [("X-API-Key", "wrong-secret-value")])
    weir.wait_calls(2)
    weir.stop()
    log = weir.log()
    for line in log.splitlines():
        json.loads(line)
    for secret in (weir.key, "hidden-in-query", "wrong-secret-value"):
        assert secret not in log


def test_secrets_are_nowhere_in_the_data_folder(guarded, connect):
    weir = guarded()
    client = connect(weir)
    secrets = [weir.key, weir.command("keys", "rotate", str(weir.create_key()["id"]))["key"]]
    for secret in secrets:
        assert client.exchange("GET", f"/?key={secret}", [("X-API-Key", secret)]).status == 200
    weir.wait_calls(2)
    token = weir.token
    weir.stop()
    for path in weir.data_dir.rglob("*"):
        if not path.is_file():
            continue
        assert path.stat().st_mode & 0o077 == 0, f"{path} can be read by others"
        data = path.read_bytes()
        for secret in secrets:
            assert secret.encode() not in data, path
        if path.name != "admin.token":
            assert token.encode() not in data, path
    assert all(secret not in weir.log() for secret in [*secrets, token])


def test_a_torn_journal_is_cut_and_said_so(start_weir, fast_upstream, high_limits):
    weir = start_weir({"gateway": {"upstream": fast_upstream, "threads": 1}, "limits": high_limits})
    key = weir.create_key()
    run_load(weir, key["key"], requests=100)
    weir.wait_calls(100, key_id=key["id"])
    run_load(weir, key["key"], requests=100)
    weir.kill()
    stored = weir.data_dir / "journal"
    newest = max((path for path in stored.rglob("*") if path.is_file()), key=lambda path: path.stat().st_mtime_ns)
    data = bytearray(newest.read_bytes())
    end = len(data.rstrip(b"\0"))
    data[end - 20] ^= 0xFF  # in the last record
    newest.write_bytes(data)
    weir.start()
    calls = weir.wait_calls(199, key_id=key["id"])
    assert len({call["request_id"] for call in calls}) == len(calls) <= 200
    run_load(weir, key["key"], requests=50)
    assert len(weir.wait_calls(len(calls) + 50, key_id=key["id"])) == len(calls) + 50
